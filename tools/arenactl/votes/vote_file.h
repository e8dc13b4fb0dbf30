#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/domain/battle.h"

namespace arena::arenactl {

// One vote of a file to import.
struct FileVote {
  // Indices into VoteFile::models.
  uint32_t left = 0;
  uint32_t right = 0;
  Choice choice = Choice::kLeft;
  // Empty when the file does not say.
  std::string language;
  std::string voter;
};

// The votes of a file in the order of their import.
struct VoteFile {
  // Names in order of first appearance.
  std::vector<std::string> models;
  std::vector<FileVote> votes;
};

// Reads votes: JSON lines (one object with model_a, model_b, winner a line) or pair counts (one
// object with models, X, Y). Pair counts say neither order nor sides: the votes are shuffled and a
// coin puts each pair on its sides, the same for the same `seed` everywhere. `file` is the name
// that errors use; INVALID_ARGUMENT names the first bad line, or pair, and what is wrong with it.
absl::StatusOr<VoteFile> ParseVoteFile(const std::string& file, const std::string& text,
                                       uint64_t seed);

}  // namespace arena::arenactl
