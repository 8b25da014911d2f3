package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.core.joran.spi.JoranException;
import org.junit.jupiter.api.Test;

class LoggingTest {

  @Test
  void onlyWarningsOfThisLibraryAndErrorsOfOthersAreShown() throws JoranException {
    LoggerContext context = new LoggerContext();
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(Weit.class.getResource("/logback.xml"));
    assertThat(context.getLogger("io.github.weit.core").getEffectiveLevel()).isEqualTo(Level.WARN);
    assertThat(context.getLogger("ai.djl.util.cuda").getEffectiveLevel()).isEqualTo(Level.ERROR);
  }
}
