package io.github.weit.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The picture in docs/architecture.md as rules over the compiled classes. It lives in the module
 * whose class path has all others. A rule about a package without classes fails (ArchUnit's
 * default), so none can hold by accident.
 */
class ArchitectureTest {

  private static final String ROOT = "io.github.weit.";

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.github.weit");

  @ParameterizedTest
  @ValueSource(
      strings = {"core", "models", "onnx", "training", "templates", "scalers", "baselines", "cli"})
  void everyModuleIsSeen(String module) {
    assertThat(CLASSES.that(resideInAPackage(ROOT + module + ".."))).isNotEmpty();
  }

  @Test
  void everyClassBelongsToAModule() {
    classes()
        .should()
        .resideInAnyPackage(
            in("core"),
            in("models"),
            in("onnx"),
            in("training"),
            in("templates"),
            in("scalers"),
            in("baselines"),
            in("cli"))
        .check(CLASSES);
  }

  @Test
  void modulesPointDownOnly() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("io.github.weit..")
        .layer("core")
        .definedBy(in("core"))
        .layer("models")
        .definedBy(in("models"))
        .layer("onnx")
        .definedBy(in("onnx"))
        .layer("training")
        .definedBy(in("training"))
        .layer("templates")
        .definedBy(in("templates"))
        .layer("scalers")
        .definedBy(in("scalers"))
        .layer("baselines")
        .definedBy(in("baselines"))
        .layer("cli")
        .definedBy(in("cli"))
        .whereLayer("core")
        .mayNotAccessAnyLayer()
        .whereLayer("models")
        .mayOnlyAccessLayers("core")
        .whereLayer("onnx")
        .mayOnlyAccessLayers("core", "models")
        .whereLayer("training")
        .mayOnlyAccessLayers("core")
        .whereLayer("templates")
        .mayOnlyAccessLayers("core", "models", "training")
        .whereLayer("scalers")
        .mayOnlyAccessLayers("core", "models", "training")
        .whereLayer("baselines")
        .mayOnlyAccessLayers("core", "models", "training", "templates", "scalers")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .check(CLASSES);
  }

  /** Of core's vocabulary, training may use all but what makes weights of templates. */
  @Test
  void trainingKnowsNeitherTemplatesNorScalers() {
    DescribedPredicate<JavaClass> composition =
        describe(
            "are core's templates, scalers or their composition",
            type ->
                type.getPackageName().equals(ROOT + "core")
                    && type.getSimpleName()
                        .matches("Template.*|Scaler.*|WeightType|Axis.*|.*Constraints?|Resize"));
    assertThat(CLASSES.that(composition)).hasSizeGreaterThan(5);
    noClasses()
        .that()
        .resideInAPackage(in("training"))
        .should()
        .dependOnClassesThat(composition)
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.github.weit.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void filesKnowNothingOfTraining() {
    noClasses()
        .that()
        .resideInAPackage(in("core.files"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("ai.djl.training..")
        .check(CLASSES);
  }

  @Test
  void jsonStaysInCoreAndTheCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackages(in("core"), in("cli"))
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.fasterxml..")
        .check(CLASSES);
  }

  @Test
  void protobufStaysInTheOnnxModule() {
    noClasses()
        .that()
        .resideOutsideOfPackage(in("onnx"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.google.protobuf..", "ai.onnx..")
        .check(CLASSES);
  }

  @Test
  void lapackStaysBehindOneClass() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(ROOT + "templates.Svd")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.nd4j..", "org.bytedeco..")
        .check(CLASSES);
  }

  @Test
  void librariesForPeopleStayInTheCommandLine() {
    noClasses()
        .that()
        .resideOutsideOfPackage(in("cli"))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("picocli..", "org.knowm..", "me.tongfei..", "ch.qos.logback..")
        .check(CLASSES);
  }

  @Test
  void aBrokenRuleIsNoticed() {
    assertThatThrownBy(
            () ->
                noClasses()
                    .that()
                    .resideInAPackage(in("scalers"))
                    .should()
                    .dependOnClassesThat()
                    .resideInAPackage(in("core"))
                    .check(CLASSES))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(ROOT + "scalers");
  }

  private static String in(String module) {
    return ROOT + module + "..";
  }
}
