/**
 * Files: a strict reader and an atomic writer of the safetensors container, and the atomic
 * replacement of any file. A file is believed only after its whole header was checked; what is
 * wrong has a name, see {@link io.github.weit.core.files.FileFormatException.Problem}. The rules
 * are in docs/format.md.
 */
package io.github.weit.core.files;
