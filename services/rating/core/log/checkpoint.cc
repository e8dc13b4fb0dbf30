#include "services/rating/core/log/checkpoint.h"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <utility>

#include "services/rating/core/log/byte_codec.h"
#include "services/rating/model/leaderboard/canonical_json.h"
#include "services/rating/model/leaderboard/json_writer.h"
#include "services/rating/model/numeric/scale.h"

namespace arena::rating {
namespace {

// Raised whenever the bytes change, or what is counted of an entry.
constexpr int kVersion = 1;
// What EloHistory can hold.
constexpr uint64_t kMaxPosition = (uint64_t{1} << 37) - 1;
constexpr char kMagic[] = "arena checkpoint";

absl::Status Malformed() { return absl::DataLossError("a checkpoint is malformed"); }

std::string_view Sha256Of(std::string_view text, std::array<uint8_t, SHA256_DIGEST_LENGTH>& hash) {
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash.data());
  return {reinterpret_cast<const char*>(hash.data()), hash.size()};
}

// Cells with votes, each as the distance from the last one and its votes. A cell's number is that
// of its pair in the triangle of PairCounts, then the side of the smaller index, then the outcome.
void WriteCounts(const PairCounts& counts, ByteWriter& out) {
  uint64_t last = 0;
  counts.ForEachCell([&](uint64_t cell, int64_t votes) {
    out.Unsigned(cell + 1 - last);
    out.Unsigned(static_cast<uint64_t>(votes));
    last = cell + 1;
  });
  out.Unsigned(0);
}

// At most `most` votes, since each is an entry of the log.
PairCounts ReadCounts(uint32_t models, uint64_t most, ByteReader& in) {
  PairCounts counts;
  const uint64_t cells = PairCounts::CellsOf(models);
  for (uint64_t next = 0;;) {
    const uint64_t distance = in.UpTo(cells - next);
    if (distance == 0) return counts;
    next += distance;
    const uint64_t votes = in.UpTo(most);
    if (votes == 0) in.Fail();
    most -= votes;
    counts.AddToCell(next - 1, static_cast<int64_t>(votes));
  }
}

void WriteStatistics(const VoteStatistics& statistics, ByteWriter& out) {
  out.Unsigned(statistics.languages().size());
  for (const auto& [language, votes] : statistics.languages()) {
    out.Text(language);
    out.Signed(votes);
  }
  out.Unsigned(statistics.days().size());
  for (const auto& [day, votes] : statistics.days()) {
    out.Signed(day);
    out.Signed(votes);
  }
  for (int outcome = 0; outcome < kOutcomes; ++outcome) {
    out.Signed(statistics.votes(static_cast<Outcome>(outcome)));
  }
}

// What is read is in the order in which maps have it, so there is one way to write it.
template <typename Key>
bool Ascends(const Key& last, const Key& next, bool is_first) {
  return is_first || last < next;
}

VoteStatistics ReadStatistics(ByteReader& in) {
  VoteStatistics statistics;
  std::string last_language;
  for (uint64_t left = in.Size(), n = 0; n < left && in.ok(); ++n) {
    std::string language(in.Text());
    const int64_t votes = in.Signed();
    if (votes == 0 || !Ascends(last_language, language, n == 0)) in.Fail();
    statistics.AddLanguage(language, votes);
    last_language = std::move(language);
  }
  int64_t last_day = 0;
  for (uint64_t left = in.Size(), n = 0; n < left && in.ok(); ++n) {
    const int64_t day = in.Signed(), votes = in.Signed();
    if (votes == 0 || day != int64_t{static_cast<int32_t>(day)} ||
        !Ascends(last_day, day, n == 0)) {
      in.Fail();
    }
    statistics.AddDay(static_cast<int32_t>(day), votes);
    last_day = day;
  }
  for (int outcome = 0; outcome < kOutcomes; ++outcome) {
    statistics.AddOutcome(static_cast<Outcome>(outcome), in.Signed());
  }
  return statistics;
}

void WriteEarly(const CountedState& state, ByteWriter& out) {
  out.Unsigned(state.early_days.size());
  for (const auto& [day, counts] : state.early_days) {
    out.Signed(day);
    std::vector<std::pair<VoterKey, uint8_t>> voters(counts.begin(), counts.end());
    std::ranges::sort(voters);
    out.Unsigned(voters.size());
    for (const auto& [voter, votes] : voters) {
      for (const uint64_t word : voter) out.Word(word);
      out.Unsigned(votes);
    }
  }
  out.Unsigned(state.early_words.size());
  for (const uint64_t word : state.early_words) out.Word(word);
}

void ReadEarly(ByteReader& in, CountedState& state) {
  for (uint64_t days = in.Size(), n = 0; n < days && in.ok(); ++n) {
    const int64_t day = in.Signed();
    if (day != int64_t{static_cast<int32_t>(day)} ||
        (n > 0 && day <= state.early_days.rbegin()->first)) {
      in.Fail();
    }
    EarlyVotes::Counts& counts = state.early_days[static_cast<int32_t>(day)];
    const uint64_t voters = in.Size();
    counts.reserve(voters / sizeof(VoterKey));
    VoterKey last{};
    for (uint64_t v = 0; v < voters && in.ok(); ++v) {
      const uint64_t head = in.Word(), tail = in.Word();
      const VoterKey voter = {head, tail};
      const uint64_t votes = in.UpTo(EarlyVotes::kVotesADay);
      if (votes == 0 || !Ascends(last, voter, v == 0)) in.Fail();
      counts[voter] = static_cast<uint8_t>(votes);
      last = voter;
    }
  }
  const uint64_t words = in.Size();
  state.early_words.reserve(words / sizeof(uint64_t));
  for (uint64_t n = 0; n < words && in.ok(); ++n) state.early_words.push_back(in.Word());
  if (!state.early_words.empty() && state.early_words.back() == 0) in.Fail();
}

void WriteRetracted(const CountedState& state, ByteWriter& out) {
  out.Unsigned(state.retracted.size());
  int64_t last = 0;
  for (const int64_t position : state.retracted) {
    out.Unsigned(static_cast<uint64_t>(position - last));
    last = position;
  }
}

void ReadRetracted(int64_t position, ByteReader& in, CountedState& state) {
  int64_t last = 0;
  for (uint64_t left = in.Size(), n = 0; n < left && in.ok(); ++n) {
    const uint64_t distance = in.UpTo(static_cast<uint64_t>(position - last));
    if (distance == 0) in.Fail();
    last += static_cast<int64_t>(distance);
    state.retracted.push_back(last);
  }
}

void WriteModels(const CountsView& counts, ByteWriter& out) {
  out.Unsigned(counts.models->size());
  for (uint32_t model = 0; model < counts.models->size(); ++model) {
    out.Text(counts.models->Name(model));
    out.Number(model < counts.elo_ratings.size() ? counts.elo_ratings[model] : kMeanRating);
  }
}

void ReadModels(ByteReader& in, CountsView& counts) {
  auto models = std::make_shared<ModelIndex>();
  for (uint64_t left = in.UpTo(kMaxModels), n = 0; n < left && in.ok(); ++n) {
    // A name that comes twice would not get the next number.
    if (models->Intern(in.Text()) != n) in.Fail();
    counts.elo_ratings.push_back(in.Number());
    if (!std::isfinite(counts.elo_ratings.back())) in.Fail();
  }
  counts.models = std::move(models);
}

}  // namespace

std::string CheckpointFormat(const BoardSet& boards, double elo_k) {
  JsonWriter json;
  json.BeginArray();
  for (const BoardDefinition& board : boards.boards()) {
    json.String(board.name);
    json.Integer(board.version);
  }
  json.Number(elo_k);
  json.EndArray();
  return fmt::format("{}:{}", kVersion, Sha256Hex(json.Take()));
}

std::string EncodeCheckpoint(const CountedState& state) {
  ByteWriter out;
  out.Text(kMagic);
  out.Unsigned(kVersion);
  const CountsView& counts = *state.counts;
  out.Unsigned(static_cast<uint64_t>(counts.position));
  WriteModels(counts, out);
  out.Unsigned(counts.boards.size());
  for (const CountsView::Board& board : counts.boards) {
    out.Unsigned(static_cast<uint64_t>(board.changed_at));
    WriteCounts(*board.counts, out);
  }
  WriteStatistics(counts.statistics, out);
  WriteEarly(state, out);
  WriteRetracted(state, out);
  std::array<uint8_t, SHA256_DIGEST_LENGTH> hash;
  std::string bytes = out.Take();
  bytes += Sha256Of(bytes, hash);
  return bytes;
}

absl::StatusOr<CountedState> DecodeCheckpoint(std::string_view bytes, size_t boards) {
  if (bytes.size() < SHA256_DIGEST_LENGTH) return Malformed();
  const std::string_view content = bytes.substr(0, bytes.size() - SHA256_DIGEST_LENGTH);
  std::array<uint8_t, SHA256_DIGEST_LENGTH> hash;
  if (Sha256Of(content, hash) != bytes.substr(content.size())) return Malformed();
  ByteReader in(content);
  if (in.Text() != kMagic || in.Unsigned() != kVersion) return Malformed();
  auto counts = std::make_shared<CountsView>();
  counts->position = static_cast<int64_t>(in.UpTo(kMaxPosition));
  ReadModels(in, *counts);
  if (in.Unsigned() != boards) return Malformed();
  const auto position = static_cast<uint64_t>(counts->position);
  for (size_t board = 0; board < boards; ++board) {
    const auto changed_at = static_cast<int64_t>(in.UpTo(position));
    counts->boards.push_back({.counts = std::make_shared<const PairCounts>(
                                  ReadCounts(counts->models->size(), position, in)),
                              .changed_at = changed_at});
  }
  counts->statistics = ReadStatistics(in);
  CountedState state;
  ReadEarly(in, state);
  ReadRetracted(counts->position, in, state);
  if (!in.ok() || !in.is_at_end()) return Malformed();
  state.counts = std::move(counts);
  return state;
}

}  // namespace arena::rating
