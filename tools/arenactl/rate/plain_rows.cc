#include "tools/arenactl/rate/plain_rows.h"

#include <algorithm>

#include "tools/arenactl/rate/separator_scan.h"

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
  const std::string_view text = source.Window();
  SeparatorScan scan(text);
  std::array<std::string_view, 4> fields;
  int64_t rows = 0;
  size_t row_begin = 0, begin = 0, column = 0;
  while (true) {
    const size_t end = scan.Next();
    if (end == text.size() || text[end] == '"' || column == places_.size()) break;
    fields[places_[column++]] = text.substr(begin, end - begin);
    begin = end + 1;
    if (text[end] == ',') continue;
    // The last field of a line may end in a carriage return: such rows go the general way.
    if (column != places_.size() || (end > 0 && text[end - 1] == '\r')) break;
    if (!AddRow(fields[0], fields[1], fields[2])) break;
    ++rows;
    column = 0;
    row_begin = begin;
  }
  source.Consume(row_begin);
  return rows;
}

bool PlainRows::AddRow(std::string_view left, std::string_view right, std::string_view winner) {
  auto outcome = winners_.Find(winner);
  if (!outcome) {
    const auto known = OutcomeNamed(winner);
    if (!known) return false;
    outcome = static_cast<uint32_t>(*known);
    winners_.Insert(winner, *outcome);
  }
  const auto a = IndexOf(left), b = IndexOf(right);
  if (!a || !b || *a == *b) return false;
  input_.AddPlainVote(*a, *b, static_cast<rating::Outcome>(*outcome));
  return true;
}

// A name that the cache does not hold must have come through the general way first, which checks
// it.
std::optional<uint32_t> PlainRows::Learn(std::string_view name) {
  const auto index = input_.models().Find(name);
  if (index) names_.Insert(name, *index);
  return index;
}

}  // namespace arena::rate
