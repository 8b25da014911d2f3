package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class LoggingTest {

  @Test
  void onlyWarningsOfThisLibraryAndErrorsOfOthersAreShown() {
    LoggerContext context = new LoggerContext();
    new LogConfiguration().configure(context);
    assertThat(context.getLogger("io.github.weit.core").getEffectiveLevel()).isEqualTo(Level.WARN);
    assertThat(context.getLogger("ai.djl.util.cuda").getEffectiveLevel()).isEqualTo(Level.ERROR);
  }

  @Test
  void theLoggingLibraryFindsIt() {
    assertThat(ServiceLoader.load(Configurator.class))
        .anyMatch(found -> found instanceof LogConfiguration);
  }
}
