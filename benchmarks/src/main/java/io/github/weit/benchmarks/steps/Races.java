package io.github.weit.benchmarks.steps;

import io.github.weit.core.WeitException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The races that have a name. The first arm of each is the one that the others are divided by. */
final class Races {

  private static final Map<String, String> ARMS = new LinkedHashMap<>();

  static {
    ARMS.put("constrained-128x6", "weit:vit:128x6:f32,weit-constrained:vit:128x6:f32");
    ARMS.put("constrained-192x12", "weit:vit:192x12:f32,weit-constrained:vit:192x12:f32");
    ARMS.put(
        "constrained-resnet20",
        "weit:resnet20:16x3-3-3:f32:128,weit-constrained:resnet20:16x3-3-3:f32:128");
    ARMS.put(
        "fit-128x6", "weit:vit:128x6:f32,weit-constrained:vit:128x6:f32,weit-fit:vit:128x6:f32");
    ARMS.put(
        "vit",
        "weit:vit:192x4:f32,djl:vit:192x4:f32,timm:vit:192x4:f32,products:vit:192x4:f32,products-read:vit:192x4:f32");
    ARMS.put("vit-192x12", "weit:vit:192x12:f32,timm:vit:192x12:f32,products-read:vit:192x12:f32");
    ARMS.put(
        "macs",
        "weit:vit:64x4:f32,weit:vit:96x6:f32,weit:vit:128x6:f32,weit:vit:192x6:f32,weit:vit:192x12:f32,weit:vit:256x8:f32,weit:vit:384x12:f32");
    ARMS.put(
        "bf16",
        "weit:vit:192x4:f32,weit:vit:192x4:bf16,timm:vit:192x4:bf16,products-read:vit:192x4:bf16");
    ARMS.put(
        "resnet18",
        "weit:resnet18:64x2-2-2-2:f32,timm:resnet18:64x2-2-2-2:f32,products:resnet18:64x2-2-2-2:f32");
    ARMS.put(
        "resnet20",
        "weit:resnet20:16x3-3-3:f32:128,djl:resnet20:16x3-3-3:f32:128,products:resnet20:16x3-3-3:f32:128");
  }

  private Races() {}

  /**
   * The arms of a race.
   *
   * @throws WeitException naming the races that there are
   */
  static List<Arm> of(String name) {
    String arms = ARMS.get(name);
    if (arms == null) {
      throw new WeitException("there is no race '" + name + "'; there are " + names());
    }
    return parse(arms);
  }

  /** Arms with commas between them. */
  static List<Arm> parse(String arms) {
    List<Arm> parsed = Arrays.stream(arms.split(",", -1)).map(Arm::parse).toList();
    if (parsed.stream().distinct().count() < parsed.size()) {
      throw new WeitException("an arm stands twice in '" + arms + "'; name each once");
    }
    return parsed;
  }

  static Set<String> names() {
    return Collections.unmodifiableSet(ARMS.keySet());
  }

  /** Every race and its arms, a line each. */
  static String table() {
    StringBuilder table = new StringBuilder();
    ARMS.forEach((name, arms) -> table.append("\n  ").append(name).append(": ").append(arms));
    return table.toString();
  }
}
