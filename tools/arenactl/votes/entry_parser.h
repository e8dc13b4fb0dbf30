#pragma once

#include <simdjson.h>

#include <string_view>

#include "absl/status/statusor.h"
#include "arena/v1/vote.pb.h"

namespace arena::arenactl {

// Reads back lines that AppendEntryLine wrote: all that rating makes use of. What tells people more
// (the vote's id, reasons, the time of an amendment) stays empty. For one thread.
class EntryParser {
 public:
  // INVALID_ARGUMENT says what is wrong with the line.
  absl::StatusOr<v1::VoteEntry> Parse(std::string_view line);

 private:
  simdjson::dom::parser parser_;
};

}  // namespace arena::arenactl
