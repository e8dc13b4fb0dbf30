#include "tools/arenactl/rate/plain_rows.h"

#include <algorithm>
#include <span>

namespace arena::rate {
namespace {

constexpr uint8_t kNowhere = 3;

uint8_t PlaceOf(Field field) {
  switch (field) {
    case Field::kLeft:
      return 0;
    case Field::kRight:
      return 1;
    case Field::kWinner:
      return 2;
    default:
      return kNowhere;
  }
}

}  // namespace

bool PlainRows::Suits(const std::vector<Field>& columns, const RatingInput& input) {
  if (!input.takes_plain_votes()) return false;
  std::array<int, 4> times{};
  for (const Field field : columns) {
    const uint8_t place = PlaceOf(field);
    if (place == kNowhere && field != Field::kIgnored) return false;
    ++times[place];
  }
  return times[0] == 1 && times[1] == 1 && times[2] == 1;
}

PlainRows::PlainRows(const std::vector<Field>& columns, RatingInput& input) : input_(input) {
  for (const Field field : columns) places_.push_back(PlaceOf(field));
}

int64_t PlainRows::Consume(TextSource& source) {
  int64_t rows = 0;
  while (true) {
    const std::string_view text = source.Window().substr(0, reach_);
    const bool is_whole_window = text.size() == source.Window().size();
    const Progress progress = AddRows(text);
    source.Consume(progress.bytes);
    rows += progress.rows;
    const bool is_too_long = progress.bytes == 0 && reach_ == kLongReach;
    if (progress.is_stopped || is_too_long) {
      reach_ = kShortReach;
      return rows;
    }
    reach_ = std::min(2 * reach_, kLongReach);
    if (is_whole_window) return rows;
  }
}

PlainRows::Progress PlainRows::AddRows(std::string_view text) {
  const std::span<const uint32_t> separators = separators_.Of(text);
  const size_t columns = places_.size();
  std::array<size_t, kBatchRows> ends;
  Progress progress;
  size_t at = 0, begin = 0;
  while (!progress.is_stopped && at + columns <= separators.size()) {
    size_t cut = 0;
    for (; cut < kBatchRows && at + columns <= separators.size(); at += columns) {
      const auto next = CutRow(text, begin, separators.data() + at, cut);
      progress.is_stopped = !next;
      if (!next) break;
      begin = ends[cut++] = *next;
    }
    const size_t added = AddBatch(cut);
    if (added < cut) progress.is_stopped = true;
    if (added > 0) progress.bytes = ends[added - 1];
    progress.rows += static_cast<int64_t>(added);
  }
  return progress;
}

std::optional<size_t> PlainRows::CutRow(std::string_view text, size_t begin,
                                        const uint32_t* separators, size_t row) {
  const size_t last = places_.size() - 1;
  for (size_t c = 0; c <= last; ++c) {
    const size_t end = separators[c];
    if (text[end] != (c < last ? ',' : '\n')) return std::nullopt;
    const bool has_return = c == last && end > begin && text[end - 1] == '\r';
    fields_[places_[c]][row] = text.substr(begin, end - begin - (has_return ? 1 : 0));
    begin = end + 1;
  }
  return begin;
}

size_t PlainRows::AddBatch(size_t rows) {
  size_t known = 0;
  for (; known < rows; ++known) {
    const auto outcome = OutcomeOf(fields_[2][known]);
    const auto left = IndexOf(fields_[0][known]), right = IndexOf(fields_[1][known]);
    if (!outcome || !left || !right || *left == *right) break;
    votes_[known] = {*left, *right, *outcome};
  }
  input_.AddPlainVotes(std::span(votes_).first(known));
  return known;
}

std::optional<rating::Outcome> PlainRows::OutcomeOf(std::string_view winner) {
  if (const auto known = winners_.Find(winner)) return static_cast<rating::Outcome>(*known);
  const auto outcome = OutcomeNamed(winner);
  if (outcome) winners_.Insert(winner, static_cast<uint32_t>(*outcome));
  return outcome;
}

// A name that the cache does not hold must have come through the general way first, which checks
// it.
std::optional<uint32_t> PlainRows::IndexOf(std::string_view name) {
  if (const auto known = names_.Find(name)) return known;
  const auto index = input_.models().Find(name);
  if (index) names_.Insert(name, *index);
  return index;
}

}  // namespace arena::rate
