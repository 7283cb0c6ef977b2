# SPDX-License-Identifier: Apache-2.0
"""The generated stubs of ``proto/ndstream/v1``: one ``*_pb2`` and one ``*_pb2_grpc`` module a file."""
