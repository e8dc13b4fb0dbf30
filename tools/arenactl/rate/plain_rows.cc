#include "tools/arenactl/rate/plain_rows.h"

#include <algorithm>
#include <span>

namespace arena::rate {

bool PlainRows::Suits(const std::vector<Field>& columns, const RatingInput& input) {
  const bool has_others = std::ranges::any_of(columns, [](Field field) {
    return field != Field::kLeft && field != Field::kRight && field != Field::kWinner &&
           field != Field::kIgnored;
  });
  return !has_others && input.takes_plain_votes();
}

PlainRows::PlainRows(const std::vector<Field>& columns, RatingInput& input)
    : columns_(columns.size()), input_(input) {
  const auto place_of = [&](Field field) {
    return static_cast<size_t>(std::ranges::find(columns, field) - columns.begin());
  };
  left_column_ = place_of(Field::kLeft);
  right_column_ = place_of(Field::kRight);
  winner_column_ = place_of(Field::kWinner);
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
  Progress progress;
  const size_t rows = separators.size() / columns_;
  size_t done = 0;
  while (done < rows && !progress.is_stopped) {
    const size_t batch = std::min(rows - done, kBatchRows);
    const size_t added = AddBatch(text, separators.data() + done * columns_, batch);
    done += added;
    progress.is_stopped = added < batch;
  }
  progress.rows = static_cast<int64_t>(done);
  if (done > 0) progress.bytes = separators[done * columns_ - 1] + 1;
  return progress;
}

size_t PlainRows::AddBatch(std::string_view text, const uint32_t* ends, size_t rows) {
  size_t row = 0;
  for (; row < rows; ++row, ends += columns_) {
    if (!IsPlain(text, ends)) break;
    const uint32_t left = IndexOf(FieldOf(text, ends, left_column_));
    const uint32_t right = IndexOf(FieldOf(text, ends, right_column_));
    const uint32_t outcome = OutcomeOf(FieldOf(text, ends, winner_column_));
    if ((left == kUnknown) | (right == kUnknown) | (outcome == kUnknown) | (left == right)) break;
    votes_[row] = {left, right, static_cast<rating::Outcome>(outcome)};
  }
  input_.AddPlainVotes(std::span(votes_).first(row));
  return row;
}

bool PlainRows::IsPlain(std::string_view text, const uint32_t* ends) const {
  int wrong = text[ends[columns_ - 1]] ^ '\n';
  for (size_t c = 0; c + 1 < columns_; ++c) wrong |= text[ends[c]] ^ ',';
  return wrong == 0;
}

std::string_view PlainRows::FieldOf(std::string_view text, const uint32_t* ends,
                                    size_t column) const {
  // The text's first field begins behind a separator before the text, at -1.
  const uint32_t begin = *(ends + column - 1) + 1;
  const uint32_t end = ends[column];
  const bool has_return = column + 1 == columns_ && text[end - 1] == '\r';
  return {text.data() + begin, end - begin - (has_return ? 1 : 0)};
}

uint32_t PlainRows::OutcomeOf(std::string_view winner) {
  const uint32_t known = winners_.Find(winner);
  if (known != kUnknown) return known;
  const auto outcome = OutcomeNamed(winner);
  if (!outcome) return kUnknown;
  winners_.Insert(winner, static_cast<uint32_t>(*outcome));
  return static_cast<uint32_t>(*outcome);
}

// A name that the cache does not hold must have come through the general way first, which checks
// it.
uint32_t PlainRows::IndexOf(std::string_view name) {
  const uint32_t known = names_.Find(name);
  if (known != kUnknown) return known;
  const auto index = input_.models().Find(name);
  if (!index) return kUnknown;
  names_.Insert(name, *index);
  return *index;
}

}  // namespace arena::rate
