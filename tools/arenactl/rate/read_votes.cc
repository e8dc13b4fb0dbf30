#include "tools/arenactl/rate/read_votes.h"

#include <memory>
#include <utility>

#include "common/base/status_macros.h"
#include "tools/arenactl/rate/csv_reader.h"
#include "tools/arenactl/rate/json_reader.h"
#include "tools/arenactl/rate/text_source.h"

namespace arena::rate {

absl::StatusOr<RatingInput> ReadVotes(const std::string& path, InputOptions options,
                                      std::function<void(double)> on_progress) {
  ARENA_ASSIGN_OR_RETURN(const std::unique_ptr<TextSource> source, TextSource::Open(path));
  source->Observe(std::move(on_progress));
  ARENA_ASSIGN_OR_RETURN(const bool has_content, source->ReadMore());
  if (!has_content) return absl::InvalidArgumentError(path + " is empty");
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (source->Window().starts_with(kByteOrderMark)) source->Consume(kByteOrderMark.size());
  const std::string_view head = source->Window();
  const size_t first = head.find_first_not_of(" \t\r\n");
  const bool is_json =
      first != std::string_view::npos && (head[first] == '{' || head[first] == '[');
  RatingInput input(std::move(options));
  ARENA_RETURN_IF_ERROR(is_json ? ReadJson(*source, input) : ReadCsv(*source, input));
  return input;
}

}  // namespace arena::rate
