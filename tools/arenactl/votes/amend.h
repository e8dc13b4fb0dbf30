#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace arena::arenactl {

struct AmendOptions {
  // Which votes: positions and ranges of positions, or all votes of one voter.
  std::vector<std::string> positions;
  std::string voter;
  std::string reason;
  // Whether votes that already are as asked for are left alone; those of a voter always are.
  bool skip_settled = false;
  std::string vote_ingest;
};

struct AnnotateOptions {
  // Path, or - for standard input.
  std::string file;
  int label_version = 0;
  bool skip_settled = false;
  std::string vote_ingest;
};

// Append what is said about votes to the log, a page a call, and print what was done and from which
// position on a leaderboard shows it.
absl::Status RunRetract(const AmendOptions& options);
absl::Status RunRestore(const AmendOptions& options);
absl::Status RunAnnotate(const AnnotateOptions& options);

}  // namespace arena::arenactl
