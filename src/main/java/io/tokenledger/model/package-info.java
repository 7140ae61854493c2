/**
 * The words of the project as small immutable types: token classes, money, months, tiers, modes. Knows nothing of
 * Spark, files or the network.
 */
package io.tokenledger.model;
