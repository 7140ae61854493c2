/**
 * The ledger: Iceberg tables that hold every accepted request once, what was read, what was rejected and what was
 * published. The commit of {@code requests} is the one point at which new requests become true.
 */
package io.tokenledger.ledger;
