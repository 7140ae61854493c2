/**
 * Public price files as rate tables. A file is read entry by entry ({@link io.tokenledger.rates.imports.PriceFormat});
 * each version is checked and its contradictions taken out; the versions become dated history; the history is written
 * as a table. What is not carried over is named, never guessed, averaged or rounded.
 */
package io.tokenledger.rates.imports;
