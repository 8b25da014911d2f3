package io.github.weit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import io.github.weit.baselines.Fitting;
import io.github.weit.baselines.Initialiser;
import io.github.weit.baselines.Parent;
import io.github.weit.baselines.Rival;
import io.github.weit.core.Seed;
import io.github.weit.core.WeitException;
import io.github.weit.models.Family;
import io.github.weit.models.Size;
import io.github.weit.models.SizedModel;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Methods of others on the class path beside this library's. */
class RivalTest {

  @TempDir private Path folder;

  private final Thread thread = Thread.currentThread();
  private final ClassLoader usual = thread.getContextClassLoader();

  @BeforeEach
  void pictures() {
    Pictures.draw(folder.resolve("data"), 8);
  }

  @AfterEach
  void forget() {
    thread.setContextClassLoader(usual);
  }

  /** Puts a file of services in front of the class path. */
  private void name(Class<?>... rivals) throws IOException {
    Path file = folder.resolve("services/META-INF/services/" + Rival.class.getName());
    Files.createDirectories(file.getParent());
    Files.write(file, List.of(rivals).stream().map(Class::getName).toList());
    URL[] urls = {folder.resolve("services").toUri().toURL()};
    thread.setContextClassLoader(new URLClassLoader(urls, usual));
  }

  /** What every rival here has. */
  private abstract static class Plain implements Rival {

    @Override
    public String label() {
      return "the other";
    }

    @Override
    public String sentence() {
      return "Somebody else's start.";
    }

    @Override
    public Initialiser initialiser(Ingredients ingredients) {
      Family family = ingredients.family();
      String name = id();
      return new Initialiser() {
        @Override
        public String name() {
          return name;
        }

        @Override
        public Optional<String> refusal(Size size) {
          return size.width() > 32 ? Optional.of("only narrow models") : Optional.empty();
        }

        @Override
        public SizedModel initialise(Size size, NDManager manager, Seed seed) {
          return SizedModel.random(family, size, manager, seed.child("theirs"));
        }
      };
    }
  }

  /** Starts from nothing. */
  public static final class Bare extends Plain {
    @Override
    public String id() {
      return "bare";
    }

    @Override
    public String source() {
      return "Somebody, 2026";
    }
  }

  /** Wants a parent and says that it fits. */
  public static final class Fitted extends Plain {
    @Override
    public String id() {
      return "their-fit";
    }

    @Override
    public Optional<Parent> parent() {
      return Optional.of(Parent.DENSE);
    }

    @Override
    public long fitSteps(Fitting fitting) {
      return fitting.recipe().steps();
    }

    @Override
    public Initialiser initialiser(Ingredients ingredients) {
      assertThat(ingredients.requireParent().size()).isEqualTo(new Size(64, 2));
      return super.initialiser(ingredients);
    }
  }

  /** Has a name of this library's. */
  public static final class Taken extends Plain {
    @Override
    public String id() {
      return "scratch";
    }
  }

  /** Has the name of the method that trains longer. */
  public static final class Longer extends Plain {
    @Override
    public String id() {
      return "scratch-long";
    }
  }

  /** Has a name that is no name. */
  public static final class Illegal extends Plain {
    @Override
    public String id() {
      return "Their Method";
    }
  }

  /** Cannot be made. */
  public static final class Broken extends Plain {
    public Broken() {
      throw new IllegalStateException("no constructor of mine");
    }

    @Override
    public String id() {
      return "broken";
    }
  }

  /** Says nothing of itself. */
  public static final class Silent extends Plain {
    @Override
    public String id() {
      return "silent";
    }

    @Override
    public String sentence() {
      return " ";
    }
  }

  /** Has no name for headings. */
  public static final class Nameless extends Plain {
    @Override
    public String id() {
      return "nameless";
    }

    @Override
    public String label() {
      return null;
    }
  }

  /** Makes what nobody asked for. */
  private abstract static class Wrong extends Plain {

    abstract SizedModel made(Family family, Size size, NDManager manager, Seed seed);

    @Override
    public Initialiser initialiser(Ingredients ingredients) {
      Initialiser right = super.initialiser(ingredients);
      return new Initialiser() {
        @Override
        public String name() {
          return right.name();
        }

        @Override
        public Optional<String> refusal(Size size) {
          return right.refusal(size);
        }

        @Override
        public SizedModel initialise(Size size, NDManager manager, Seed seed) {
          return made(ingredients.family(), size, manager, seed);
        }
      };
    }
  }

  /** Makes nothing. */
  public static final class Nothing extends Wrong {
    @Override
    public String id() {
      return "nothing";
    }

    @Override
    SizedModel made(Family family, Size size, NDManager manager, Seed seed) {
      return null;
    }
  }

  /** Makes deeper models. */
  public static final class Deeper extends Wrong {
    @Override
    public String id() {
      return "deeper";
    }

    @Override
    SizedModel made(Family family, Size size, NDManager manager, Seed seed) {
      return SizedModel.random(family, new Size(size.width(), size.depth() + 1), manager, seed);
    }
  }

  /** Makes models of more classes, from a parent. */
  public static final class Broader extends Wrong {
    @Override
    public String id() {
      return "broader";
    }

    @Override
    public Optional<Parent> parent() {
      return Optional.of(Parent.TEMPLATES);
    }

    @Override
    SizedModel made(Family family, Size size, NDManager manager, Seed seed) {
      return SizedModel.random(
          family.withClasses(family.classes() + 1), size, manager, seed.child("theirs"));
    }
  }

  private Command compare(String methods) {
    return Fixture.compare(
        folder.resolve("data"),
        "--sizes",
        "32x2,64x1",
        "--fit-steps",
        2,
        "--out",
        folder.resolve("out"),
        "--methods",
        methods);
  }

  @Test
  void theyAreComparedLikeOthers() throws IOException {
    name(Bare.class, Fitted.class);
    Command command = compare("bare,their-fit,scratch");
    assertThat(command).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(Fixture.trained(folder.resolve("out")))
        .containsEntry("bare", List.of("32x2 1"))
        .containsEntry("their-fit", List.of("32x2 1"))
        .containsEntry("scratch", List.of("32x2 1", "64x1 1"));
    String table = Files.readString(folder.resolve("out/compare.csv"));
    assertThat(table).containsPattern("their-fit,32x2,32,2,1,fitted,0,2,");
    assertThat(folder.resolve("out/dense.safetensors")).exists();
    assertThat(Files.readString(folder.resolve("out/report.html")))
        .contains("the other", "Somebody else&#39;s start.", "Somebody, 2026");

    thread.setContextClassLoader(usual);
    Command without = compare("scratch");
    assertThat(without).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(Files.readString(folder.resolve("out/compare.csv"))).isEqualTo(table);
    assertThat(compare("bare").complaint()).contains("no method is called 'bare'", "weit-taught");
  }

  @Test
  void whatIsNotTheModelThatWasAskedForIsNotMeasured() throws IOException {
    name(Nothing.class, Deeper.class, Broader.class);
    assertThat(compare("scratch,nothing").complaint())
        .contains("nothing, by", "RivalTest$", "expected a model of 32x2", "found null");
    assertThat(compare("scratch,deeper").complaint())
        .contains("deeper, by", "expected a model of 32x2", "found one of 32x3", "--methods");
    assertThat(compare("scratch,broader").complaint())
        .contains("broader, by", "expected a model of 32x2", "found one of 32x2");
    Command others = compare("scratch");
    assertThat(others).extracting(Command::code, Command::err).containsExactly(0, "");
    assertThat(Fixture.trained(folder.resolve("out"))).containsOnlyKeys("scratch");
  }

  @Test
  void theySayWhatTheyAre() throws IOException {
    name(Silent.class);
    assertThat(compare("weit").complaint())
        .contains("RivalTest$Silent, the method 'silent', has no sentence", "found none");
    name(Nameless.class);
    assertThat(compare("weit").complaint())
        .contains("RivalTest$Nameless, the method 'nameless', has no label", "found null");
  }

  @Test
  void namesAreNobodyElses() throws IOException {
    name(Taken.class);
    assertThat(compare("weit").complaint())
        .contains("this library and", "RivalTest$Taken both have a method 'scratch'");
    name(Longer.class);
    assertThat(compare("weit").complaint()).contains("RivalTest$Longer", "'scratch-long'");
    name(Illegal.class);
    assertThat(compare("weit").complaint())
        .contains("RivalTest$Illegal: 'Their Method' is no name of a method", "small letters");
    name(Broken.class);
    assertThatThrownBy(Rival::onClassPath)
        .isInstanceOf(WeitException.class)
        .hasMessageContainingAll("cannot be loaded", "RivalTest$Broken");
  }
}
