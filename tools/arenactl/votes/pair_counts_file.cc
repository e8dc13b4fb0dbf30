#include "tools/arenactl/votes/pair_counts_file.h"

#include <fmt/format.h>

#include <array>
#include <utility>
#include <vector>

#include "common/base/random.h"
#include "common/base/status_macros.h"
#include "common/domain/model_name.h"
#include "tools/arenactl/votes/model_names.h"

namespace arena::arenactl {
namespace {

// Far beyond any public data; a slip in a count must not fill the memory.
constexpr uint64_t kMaxVotes = 50'000'000;

constexpr std::array<Choice, 4> kOutcomes = {Choice::kLeft, Choice::kRight, Choice::kTie,
                                             Choice::kBothBad};

struct Pair {
  uint32_t first = 0;
  uint32_t second = 0;
  std::array<uint64_t, 4> counts{};
};

absl::Status Bad(const std::string& file, const std::string& what) {
  return absl::InvalidArgumentError(fmt::format("{}: {}; nothing was imported.", file, what));
}

bool IsWholeNumber(const nlohmann::json& value) { return value.is_number_unsigned(); }

absl::StatusOr<std::vector<std::string>> ReadNames(const std::string& file,
                                                   const nlohmann::json& names) {
  std::vector<std::string> result;
  ModelNames index(result);
  for (const nlohmann::json& name : names) {
    if (!name.is_string() || !IsModelName(name.get<std::string>())) {
      return Bad(file, fmt::format("models: {} is not a model's name", name.dump()));
    }
    const size_t before = result.size();
    index.IndexOf(name.get<std::string>());
    if (result.size() == before) {
      return Bad(file, fmt::format("models: {} is given twice", name.dump()));
    }
  }
  return result;
}

absl::StatusOr<Pair> ReadPair(const std::string& file, size_t number, size_t model_count,
                              const nlohmann::json& x, const nlohmann::json& y) {
  const bool is_pair = x.is_array() && x.size() == 2 && IsWholeNumber(x[0]) &&
                       IsWholeNumber(x[1]) && x[0] < model_count && x[1] < model_count &&
                       x[0] != x[1];
  if (!is_pair) {
    return Bad(file, fmt::format("X[{}] must be two different indices into models, not {}", number,
                                 x.dump()));
  }
  Pair pair{.first = x[0].get<uint32_t>(), .second = x[1].get<uint32_t>(), .counts = {}};
  bool are_counts = y.is_array() && (y.size() == 3 || y.size() == 4);
  for (size_t i = 0; are_counts && i < y.size(); ++i) {
    are_counts = IsWholeNumber(y[i]) && y[i] <= kMaxVotes;
    if (are_counts) pair.counts[i] = y[i].get<uint64_t>();
  }
  if (!are_counts) {
    return Bad(file, fmt::format("Y[{}] must be three or four counts, not {}", number, y.dump()));
  }
  return pair;
}

// Puts `count` votes of one outcome, each on sides that a coin decides.
void Append(const Pair& pair, Choice outcome, uint64_t count, Random& coin,
            std::vector<FileVote>& votes) {
  for (uint64_t i = 0; i < count; ++i) {
    FileVote vote{.left = pair.first, .right = pair.second, .choice = outcome};
    if (coin.Below(2) == 1) {
      std::swap(vote.left, vote.right);
      if (outcome == Choice::kLeft) vote.choice = Choice::kRight;
      if (outcome == Choice::kRight) vote.choice = Choice::kLeft;
    }
    votes.push_back(vote);
  }
}

// Fisher and Yates, written out: the standard library's shuffle differs between libraries.
void Shuffle(std::vector<FileVote>& votes, Random& random) {
  for (size_t left = votes.size(); left > 1; --left) {
    std::swap(votes[left - 1], votes[random.Below(left)]);
  }
}

}  // namespace

absl::StatusOr<VoteFile> ParsePairCounts(const std::string& file, const nlohmann::json& counts,
                                         uint64_t seed) {
  for (const char* key : {"models", "X", "Y"}) {
    if (!counts.contains(key) || !counts[key].is_array()) {
      return Bad(file, fmt::format("neither votes, one on each line, nor pair counts with an array "
                                   "'{}'",
                                   key));
    }
  }
  const nlohmann::json& x = counts["X"];
  const nlohmann::json& y = counts["Y"];
  if (x.size() != y.size()) {
    return Bad(file, fmt::format("X has {} pairs and Y has {}", x.size(), y.size()));
  }
  VoteFile result;
  ARENA_ASSIGN_OR_RETURN(result.models, ReadNames(file, counts["models"]));
  SeededRandom random(seed);
  for (size_t i = 0; i < x.size(); ++i) {
    ARENA_ASSIGN_OR_RETURN(const Pair pair, ReadPair(file, i, result.models.size(), x[i], y[i]));
    for (size_t outcome = 0; outcome < kOutcomes.size(); ++outcome) {
      if (result.votes.size() + pair.counts[outcome] > kMaxVotes) {
        return Bad(file, fmt::format("more than {} votes", kMaxVotes));
      }
      Append(pair, kOutcomes[outcome], pair.counts[outcome], random, result.votes);
    }
  }
  Shuffle(result.votes, random);
  return result;
}

}  // namespace arena::arenactl
