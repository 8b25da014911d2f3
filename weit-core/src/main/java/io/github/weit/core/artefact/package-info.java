/** What is kept of a pre-training, a fit or a training: files that say what they are. */
package io.github.weit.core.artefact;
