package io.github.weit.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Says whether this machine can run what the other commands need. */
@Command(
    name = "doctor",
    header = "Check that this machine is fit.",
    description =
        "Check this machine: Java, memory, the tensor engine and its native libraries, devices, and"
            + " a small calculation whose result is known. Says what is wrong and what to do.",
    footerHeading = "%nExamples:%n",
    footer = {"  weit doctor", "  weit doctor --device cuda"})
final class DoctorCommand implements Callable<Integer> {

  @Mixin private EngineOptions engine;

  @Override
  public Integer call() {
    List<Finding> findings = Doctor.examine(engine);
    TextTable table = new TextTable("", "what", "found");
    findings.forEach(f -> table.row(f.level().mark(), f.what(), f.found()));
    System.out.print(table);
    System.out.println();
    List<Finding> wrong = findings.stream().filter(f -> !f.advice().isEmpty()).toList();
    wrong.forEach(f -> System.out.println(f.level().mark() + " " + f.what() + ": " + f.advice()));
    boolean broken = findings.stream().anyMatch(f -> f.level() == Finding.Level.BROKEN);
    System.out.println(broken ? "something needed is broken" : "ready");
    return broken ? Weit.FAILED : 0;
  }
}
