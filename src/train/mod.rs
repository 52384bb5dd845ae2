//! The run: its loop, its optimisers and its snapshots.
