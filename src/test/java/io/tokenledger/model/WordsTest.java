package io.tokenledger.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.model.TokenClass.Direction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WordsTest {

    @Test
    void theTokenClassesAreNamedAsInTheTables() {
        assertThat(TokenClass.columns())
                .containsExactly(
                        "uncached_input",
                        "cached_input",
                        "cache_write_5m",
                        "cache_write_1h",
                        "audio_input",
                        "output",
                        "audio_output");
    }

    @Test
    void everyTokenClassIsInExactlyOneDirection() {
        assertThat(TokenClass.columns(Direction.INPUT))
                .containsExactly("uncached_input", "cached_input", "cache_write_5m", "cache_write_1h", "audio_input");
        assertThat(TokenClass.columns(Direction.OUTPUT)).containsExactly("output", "audio_output");
    }

    @Test
    void everyWordIsFoundByItsNameAndNoOther() {
        Stream.of(TokenClass.values())
                .forEach(c -> assertThat(TokenClass.of(c.column())).contains(c));
        Stream.of(ServingMode.values())
                .forEach(m -> assertThat(ServingMode.of(m.label())).contains(m));
        Stream.of(ServiceTier.values())
                .forEach(t -> assertThat(ServiceTier.of(t.label())).contains(t));
        assertThat(TokenClass.of("OUTPUT")).isEmpty();
        assertThat(TokenClass.of("reasoning_tokens")).isEmpty();
        assertThat(ServingMode.of("self_hosted")).isEmpty();
        assertThat(ServiceTier.of("Standard")).isEmpty();
    }

    @Test
    void servingModesAreWrittenWithHyphens() {
        assertThat(Stream.of(ServingMode.values()).map(ServingMode::label))
                .containsExactly("serverless", "batch", "dedicated", "provisioned", "self-hosted", "gateway-cache");
    }

    @Test
    void onlyDedicatedProvisionedAndSelfHostedRunOnCapacity() {
        assertThat(Stream.of(ServingMode.values()).filter(ServingMode::onCapacity))
                .containsExactly(ServingMode.DEDICATED, ServingMode.PROVISIONED, ServingMode.SELF_HOSTED);
    }

    @Test
    void serviceTiersAreThePriceLists() {
        assertThat(Stream.of(ServiceTier.values()).map(ServiceTier::label))
                .containsExactly("standard", "batch", "flex", "priority");
    }

    @Test
    void exitCodesKeepTheirPublicNumbers() {
        assertThat(Stream.of(ExitCode.values()).map(ExitCode::number)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
    }
}
