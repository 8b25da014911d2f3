package io.github.weit.examples;

import io.github.weit.core.Constraint;
import io.github.weit.core.ConstraintReader;
import io.github.weit.core.WeitException;
import java.util.Map;

/** Named in META-INF/services, so that files with a {@link LowRankConstraint} can be loaded. */
public final class LowRankReader implements ConstraintReader {

  @Override
  public String id() {
    return LowRankConstraint.ID;
  }

  @Override
  public Constraint read(Map<String, String> options) {
    String rank = options.getOrDefault(LowRankConstraint.RANK, "");
    try {
      return new LowRankConstraint(Integer.parseInt(rank));
    } catch (NumberFormatException e) {
      throw new WeitException("low-rank constraint: expected a rank, found '" + rank + "'", e);
    }
  }
}
