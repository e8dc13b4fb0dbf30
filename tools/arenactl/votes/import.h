#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"

namespace arena::arenactl {

struct ImportOptions {
  // Path, or - for standard input.
  std::string file;
  // With a vote's number its identity; empty takes the file's name.
  std::string source;
  // Shuffles the votes of pair counts.
  uint64_t seed = 1;
  // Adds unknown models as drafts, which are never drawn.
  bool register_models = false;
  std::string matchmaker;
  std::string vote_ingest;
};

// Reads and checks the whole file, then the models, then imports in batches. Prints what was done.
absl::Status RunImport(const ImportOptions& options);

}  // namespace arena::arenactl
