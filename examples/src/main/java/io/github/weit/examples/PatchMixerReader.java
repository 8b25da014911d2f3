package io.github.weit.examples;

import io.github.weit.models.Family;
import io.github.weit.models.FamilyReader;
import io.github.weit.models.OptionText;
import java.util.Map;

/** Named in META-INF/services, so that files of a {@link PatchMixer} can be loaded. */
public final class PatchMixerReader implements FamilyReader {

  @Override
  public String id() {
    return PatchMixer.ID;
  }

  @Override
  public Family read(Map<String, String> options) {
    OptionText text = new OptionText(PatchMixer.ID, options);
    return new PatchMixer(
        text.number(Family.IMAGE_SIZE),
        text.number(Family.CHANNELS),
        text.number(PatchMixer.PATCH),
        text.number(Family.CLASSES));
  }
}
