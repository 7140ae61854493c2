package io.tokenledger.rates.imports;

import java.time.LocalDate;

/**
 * A version of a price file.
 *
 * @param name the file's name without directories
 * @param retrieved the day on which it was retrieved, UTC
 */
public record PriceFile(String name, LocalDate retrieved, byte[] content) {}
