/** Folders of checkpoints that a run can be resumed from, whenever and however it ended. */
package io.github.weit.core.checkpoint;
