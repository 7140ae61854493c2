/** Rate tables: reading, checking and dating prices, and the grid of cells inside which every price is constant. */
package io.tokenledger.rates;
