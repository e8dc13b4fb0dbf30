#include "tools/arenactl/leaderboard/verify/offline_log.h"

#include <fmt/format.h>

#include <utility>

#include "absl/time/time.h"
#include "common/base/status_macros.h"

namespace arena::arenactl {
namespace {

// Votes replayed at a time; all of them are in the end.
constexpr size_t kReplayVotes = 1'000'000;

rating::TagSet TagsOf(const google::protobuf::RepeatedPtrField<std::string>& tags) {
  rating::TagSet set;
  for (const std::string& tag : tags) set.Add(tag);
  return set;
}

StyleCounts StyleOf(const v1::StyleFeatures& style) {
  return {.tokens = style.tokens(),
          .headers = style.headers(),
          .list_items = style.list_items(),
          .bold_spans = style.bold_spans()};
}

// All but the models. Kinds and choices have the numbers of the database in the API, too.
rating::LogEntry EntryOf(const v1::VoteEntry& entry) {
  return {.position = entry.position(),
          .kind = static_cast<VoteKind>(entry.kind()),
          .target_position = entry.target_position(),
          .choice = static_cast<Choice>(entry.choice()),
          .is_rated = entry.rated(),
          .vote_time = absl::FromUnixSeconds(entry.vote_time().seconds()) +
                       absl::Nanoseconds(entry.vote_time().nanos()),
          .turn = entry.turn(),
          .language = entry.language(),
          .tags = TagsOf(entry.tags()),
          .voter_hash = entry.voter(),
          .left_style = StyleOf(entry.style_left()),
          .right_style = StyleOf(entry.style_right()),
          .draw_probability = entry.draw_probability(),
          .new_language = entry.new_language(),
          .new_tags = TagsOf(entry.new_tags())};
}

}  // namespace

OfflineLog::OfflineLog(rating::LogState::Options options, std::unique_ptr<LogCursor> cursor)
    : options_(std::move(options)), state_(options_), cursor_(std::move(cursor)) {}

bool OfflineLog::Suits(const rating::PublishedSettings& published) const {
  // Elo is of `overall`, which is on every set of boards.
  const bool has_boards = published.series == rating::Series::kElo ||
                          published.settings.boards.boards() == options_.boards.boards();
  return has_boards && published.settings.elo_k == options_.elo_k;
}

absl::Status OfflineLog::ReadUntil(int64_t position,
                                   const std::function<void(int64_t)>& on_position) {
  ARENA_RETURN_IF_ERROR(cursor_->ReadUntil(position, [&](const v1::VoteEntry& entry) {
    on_position(entry.position());
    return Apply(entry);
  }));
  if (state_.position() == position) return absl::OkStatus();
  return absl::DataLossError(
      fmt::format("The log ends at position {}, so it cannot make a "
                  "snapshot of position {}: export it anew.",
                  state_.position(), position));
}

absl::Status OfflineLog::Apply(const v1::VoteEntry& entry) {
  // A frontend's export leaves out what only operators may see.
  if (entry.position() > state_.position() + 1) {
    return absl::DataLossError(fmt::format(
        "The log lacks position {}, and nothing can be recomputed from a part of it: let an "
        "operator's key export it (ARENA_API_KEY).",
        state_.position() + 1));
  }
  rating::LogEntry applied = EntryOf(entry);
  applied.left_model = IdOf(entry.model_left());
  applied.right_model = IdOf(entry.model_right());
  return state_.Apply(applied);
}

ModelId OfflineLog::IdOf(const std::string& name) {
  const auto next = static_cast<ModelId>(ids_.size() + 1);
  const auto [found, is_new] = ids_.try_emplace(name, next);
  if (is_new) state_.NameModel(next, name);
  return found->second;
}

rating::CountsViewPtr OfflineLog::View() {
  while (!state_.ReplayElo(kReplayVotes)) {
  }
  return state_.View();
}

}  // namespace arena::arenactl
