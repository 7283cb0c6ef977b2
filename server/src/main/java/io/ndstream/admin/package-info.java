/**
 * What an operator looks at over HTTP: metrics, health and readiness. Pages come in as suppliers.
 */
package io.ndstream.admin;
