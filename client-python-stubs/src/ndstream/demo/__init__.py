# SPDX-License-Identifier: Apache-2.0
"""The demonstration: an epoch streamed into a loop that learns. Run ``python -m ndstream.demo``."""
