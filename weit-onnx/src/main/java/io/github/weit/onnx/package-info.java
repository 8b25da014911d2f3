/**
 * Dense models as ONNX files: the forward pass of a family as standard operators over its named
 * weights. {@link io.github.weit.onnx.OnnxExport} writes them; a family has one class that says
 * which operators it consists of, see {@link io.github.weit.onnx.FamilyGraph}.
 */
package io.github.weit.onnx;
