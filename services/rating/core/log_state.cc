#include "services/rating/core/log_state.h"

#include <fmt/format.h>

#include <string>

#include "common/base/status_macros.h"

namespace arena::rating {

void LogState::NameModel(ModelId id, std::string_view name) {
  names_.try_emplace(id, std::string(name));
}

absl::Status LogState::Apply(const LogEntry& entry) {
  if (entry.position != position_ + 1) {
    return absl::DataLossError(
        fmt::format("the vote log goes from position {} to {}; it must have "
                    "every position once",
                    position_, entry.position));
  }
  if (entry.is_rated) ARENA_RETURN_IF_ERROR(Count(entry));
  position_ = entry.position;
  return absl::OkStatus();
}

absl::Status LogState::Count(const LogEntry& entry) {
  if (entry.left_model == entry.right_model) {
    return absl::DataLossError(
        fmt::format("vote log entry {} is rated, but its model plays itself", entry.position));
  }
  uint32_t left = 0;
  uint32_t right = 0;
  ARENA_RETURN_IF_ERROR(IndexOf(entry.left_model, left));
  ARENA_RETURN_IF_ERROR(IndexOf(entry.right_model, right));
  for (BoardState& board : boards_) ARENA_RETURN_IF_ERROR(board.Apply(entry, left, right));
  return absl::OkStatus();
}

absl::Status LogState::IndexOf(ModelId id, uint32_t& index) {
  if (const auto known = indices_.find(id); known != indices_.end()) {
    index = known->second;
    return absl::OkStatus();
  }
  const auto name = names_.find(id);
  if (name == names_.end()) {
    return absl::DataLossError(
        fmt::format("the vote log names model {}, which is not there", static_cast<int>(id)));
  }
  const auto interned = models_.Intern(name->second);
  if (!interned) {
    return absl::ResourceExhaustedError(
        fmt::format("the vote log has votes of more than {} models", kMaxModels));
  }
  index = *interned;
  indices_.emplace(id, index);
  return absl::OkStatus();
}

LogView LogState::View() {
  LogView view{.position = position_, .models = models_, .boards = {}};
  for (BoardState& board : boards_) {
    view.boards.push_back(
        {.board = board.board(), .counts = board.counts(), .elo_ratings = board.EloRatings()});
  }
  return view;
}

}  // namespace arena::rating
