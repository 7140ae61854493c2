/**
 * Ways of serving the same billable tokens, and what each costs. A scenario says at which price list, or on which
 * capacity, every token of a rate cell is served; pricing, capacity arithmetic and the sharing of fixed cost are common
 * to all of them.
 */
package io.tokenledger.scenario;
