#include "tools/arenactl/rate/pair_counts_reader.h"

#include <simdjson.h>

#include <array>
#include <numeric>
#include <vector>

#include "common/base/status_macros.h"

namespace arena::rate {
namespace {

using rating::Outcome;
using simdjson::dom::array;
using simdjson::dom::element;

// Of one outcome of a pair.
constexpr int64_t kMostVotesOfPair = 1'000'000'000'000;
// Of the file: a double holds every count exactly, and no sum comes near 2^63.
constexpr int64_t kMostVotesOfFile = 1'000'000'000'000'000;

absl::StatusOr<array> List(element document, const char* key) {
  array list;
  if (document[key].get_array().get(list) != simdjson::SUCCESS) {
    return absl::InvalidArgumentError(std::string("pair counts need a list named ") + key);
  }
  return list;
}

absl::StatusOr<std::vector<std::string_view>> Names(element document) {
  ARENA_ASSIGN_OR_RETURN(const array list, List(document, "models"));
  std::vector<std::string_view> names;
  for (const element item : list) {
    std::string_view name;
    if (item.get_string().get(name) != simdjson::SUCCESS || !IsPrintableName(name)) {
      return absl::InvalidArgumentError("the list models holds something that is no model name");
    }
    names.push_back(name);
  }
  return names;
}

// Up to four numbers of a pair; false when the element is anything else.
bool Numbers(element item, size_t least, std::array<int64_t, 4>& numbers, size_t& count) {
  array list;
  if (item.get_array().get(list) != simdjson::SUCCESS) return false;
  numbers.fill(0);
  count = 0;
  for (const element value : list) {
    double number = 0;
    if (count == numbers.size() || value.get_double().get(number) != simdjson::SUCCESS)
      return false;
    if (!(number >= 0 && number <= static_cast<double>(kMostVotesOfPair))) return false;
    numbers[count] = static_cast<int64_t>(number);
    if (static_cast<double>(numbers[count]) != number) return false;
    ++count;
  }
  return count >= least;
}

const char* AddPair(element pair, element outcomes, const std::vector<std::string_view>& names,
                    RatingInput& input) {
  std::array<int64_t, 4> indices, counts;
  size_t given = 0;
  if (!Numbers(pair, 2, indices, given) || given != 2) return "X holds no pair of indices";
  if (!Numbers(outcomes, 3, counts, given)) return "Y holds no three or four counts";
  const auto models = static_cast<int64_t>(names.size());
  if (indices[0] >= models || indices[1] >= models) return "an index beyond the list of models";
  const std::string_view first = names[static_cast<size_t>(indices[0])];
  const std::string_view second = names[static_cast<size_t>(indices[1])];
  if (first == second) return "a model against itself";
  const int64_t votes = std::accumulate(counts.begin(), counts.end(), int64_t{0});
  if (votes > kMostVotesOfFile - input.counts().total()) {
    return "more than 10^15 votes in all";
  }
  for (size_t k = 0; k < given; ++k) {
    if (counts[k] == 0) continue;
    if (const char* why = input.AddCounts(first, second, static_cast<Outcome>(k), counts[k])) {
      return why;
    }
  }
  return nullptr;
}

}  // namespace

absl::Status ReadPairCounts(std::string_view json, RatingInput& input) {
  simdjson::dom::parser parser;
  element document;
  if (const auto error = parser.parse(json.data(), json.size()).get(document)) {
    return absl::InvalidArgumentError(std::string("not JSON: ") + simdjson::error_message(error));
  }
  ARENA_ASSIGN_OR_RETURN(const std::vector<std::string_view> names, Names(document));
  ARENA_ASSIGN_OR_RETURN(const array pairs, List(document, "X"));
  ARENA_ASSIGN_OR_RETURN(const array outcomes, List(document, "Y"));
  if (pairs.size() != outcomes.size()) {
    return absl::InvalidArgumentError("the lists X and Y differ in length");
  }
  int64_t number = 1;
  auto outcome = outcomes.begin();
  for (const element pair : pairs) {
    const char* why = AddPair(pair, *outcome, names, input);
    if (why != nullptr) input.bad_rows().Add(why, "pair", number);
    ++outcome;
    ++number;
  }
  return absl::OkStatus();
}

}  // namespace arena::rate
