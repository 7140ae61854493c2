/**
 * How much capacity to buy for a pool: plain arithmetic on its load curve, which knows nothing of tokens, rates or
 * tables.
 *
 * <p>What overflows in a minute is a quotient, {@code value × (load − units) ÷ load}, and a sum of quotients is in
 * general no finite decimal. Sums are therefore held between two decimals ({@code Bounds}); where these do not decide a
 * comparison or a rounding, exact fractions do. So every choice is the true optimum, every reported amount is the true
 * amount rounded HALF_EVEN once, and no floating point is used at all.
 */
package io.tokenledger.scenario.commitment;
