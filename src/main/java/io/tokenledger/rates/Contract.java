package io.tokenledger.rates;

import java.util.Set;

/**
 * Prices agreed with a provider.
 *
 * @param tenants whom it is for; empty for the whole company
 */
public record Contract(String name, Set<String> tenants) {
    boolean isCompanyWide() {
        return tenants.isEmpty();
    }
}
