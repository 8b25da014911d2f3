package io.github.weit.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Optional;

/**
 * The command prints to the person; logs go to standard error and say only what needs attention.
 * The option {@code --verbose} shows more; {@code WEIT_LOG=debug} in the environment, or {@code
 * -DWEIT_LOG=debug}, shows everything. Written in Java and not in XML, because reading XML takes a
 * short command a fifth of its time.
 */
public final class LogConfiguration extends ContextAwareBase implements Configurator {

  private static final String LEVEL = "WEIT_LOG";

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%d{HH:mm:ss} %-5level %logger{0} - %replace(%msg){'\\p{Cntrl}', ' '}%n");
    encoder.start();
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setName("STDERR");
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    Optional<String> asked =
        Optional.ofNullable(System.getProperty(LEVEL))
            .or(() -> Optional.ofNullable(System.getenv(LEVEL)));
    // The engine warns at each start that there is no CUDA driver, which is the usual case; what is
    // really wrong comes as an exception.
    context
        .getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME)
        .setLevel(Level.toLevel(asked.orElse(""), Level.ERROR));
    context.getLogger("io.github.weit").setLevel(Level.toLevel(asked.orElse(""), Level.WARN));
    context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME).addAppender(appender);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }
}
