package io.github.weit.benchmarks.steps;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.ParallelBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.LayerNorm;
import ai.djl.nn.transformer.ScaledDotProductAttentionBlock;
import io.github.weit.models.Vit;
import java.util.List;

/**
 * Our vision transformer of DJL's blocks. DJL's own transformer block is another network (norms
 * after the sums), so the layers stand one by one.
 */
final class DjlVit {

  private static final float EPSILON = 1e-6f;

  private final Vit vit;
  private final int width;

  private DjlVit(Vit vit, int width) {
    this.vit = vit;
    this.width = width;
  }

  static Block of(Arm arm) {
    DjlVit builder = new DjlVit((Vit) arm.family(), arm.size().width());
    SequentialBlock network = new SequentialBlock();
    builder.embed(network);
    for (int layer = 0; layer < arm.size().depth(); layer++) {
      network.add(residual(builder.attention())).add(residual(builder.mlp()));
    }
    return network
        .add(LambdaBlock.singleton(x -> x.get(":, 0"))) // (batch, D)
        .add(norm(1))
        .add(Linear.builder().setUnits(arm.family().classes()).build());
  }

  private void embed(SequentialBlock network) {
    Shape patch = new Shape(vit.patch(), vit.patch());
    network
        .add(Conv2d.builder().setFilters(width).setKernelShape(patch).optStride(patch).build())
        .add(LambdaBlock.singleton(this::tokens))
        .add(new DjlTokens());
  }

  /** {@code (batch, D, side, side)} to {@code (batch, patches, D)}. */
  private NDArray tokens(NDArray x) {
    return x.reshape(x.getShape().get(0), width, -1).transpose(0, 2, 1);
  }

  private Block attention() {
    return new SequentialBlock()
        .add(norm(2))
        .add(
            ScaledDotProductAttentionBlock.builder()
                .setEmbeddingSize(width)
                .setHeadCount(width / vit.headSize())
                .optAttentionProbsDropoutProb(0)
                .build());
  }

  private Block mlp() {
    return new SequentialBlock()
        .add(norm(2))
        .add(Linear.builder().setUnits((long) vit.mlpRatio() * width).build())
        .add(Activation::gelu)
        .add(Linear.builder().setUnits(width).build());
  }

  private static Block norm(int axis) {
    return LayerNorm.builder().axis(axis).optEpsilon(EPSILON).build();
  }

  private static Block residual(Block branch) {
    return new ParallelBlock(
        list -> new NDList(list.get(0).singletonOrThrow().add(list.get(1).singletonOrThrow())),
        List.of(branch, Blocks.identityBlock()));
  }
}
