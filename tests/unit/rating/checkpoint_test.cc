#include "services/rating/core/log/checkpoint.h"

#include <gtest/gtest.h>
#include <openssl/sha.h>

#include <algorithm>

#include "services/rating/core/log/byte_codec.h"
#include "tests/support/seed.h"
#include "tests/unit/rating/labelled_log.h"

namespace arena::rating {
namespace {

using testing::NewState;

constexpr size_t kBoards = 24;

std::vector<LogEntry> RandomLog(Random& random) {
  std::vector<LogEntry> log = testing::RandomVotes(150, random);
  testing::AppendAmendments(log, 60, random);
  return log;
}

std::string CheckpointOf(LogState& state) {
  EXPECT_TRUE(state.ReplayElo(SIZE_MAX));
  const auto counted = state.ForCheckpoint();
  EXPECT_TRUE(counted.ok()) << counted.status();
  return EncodeCheckpoint(*counted);
}

LogState RestoredFrom(std::string_view bytes) {
  const auto counted = DecodeCheckpoint(bytes, kBoards);
  EXPECT_TRUE(counted.ok()) << counted.status();
  LogState state({}, *counted);
  for (int i = 0; i < testing::kTestModels; ++i) {
    state.NameModel(ModelId{i}, "model-" + std::to_string(i));
  }
  return state;
}

// As if someone had made the bytes on purpose.
std::string Signed(std::string content) {
  unsigned char hash[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(content.data()), content.size(), hash);
  return content.append(reinterpret_cast<const char*>(hash), sizeof(hash));
}

TEST(CheckpointTest, WhatIsWrittenReadsBackToTheSameBits) {
  SeededRandom random(arena::testing::TestSeed());
  for (int round = 0; round < 10; ++round) {
    LogState state = NewState();
    testing::ApplyAll(state, RandomLog(random));
    const std::string bytes = CheckpointOf(state);
    LogState restored = RestoredFrom(bytes);
    EXPECT_EQ(restored.position(), state.position());
    EXPECT_EQ(CheckpointOf(restored), bytes);
    const CountsViewPtr before = state.View(), after = restored.View();
    EXPECT_EQ(after->statistics, before->statistics);
    EXPECT_EQ(after->elo_ratings, before->elo_ratings);
    for (const Series series : {Series::kCounts, Series::kElo}) {
      EXPECT_EQ(testing::DigestOfSeries(series, *after), testing::DigestOfSeries(series, *before));
    }
  }
}

TEST(CheckpointTest, AnEmptyLogHasACheckpointToo) {
  LogState state = NewState();
  const std::string bytes = CheckpointOf(state);
  LogState restored = RestoredFrom(bytes);
  EXPECT_EQ(CheckpointOf(restored), bytes);
}

// Property over logs: wherever the checkpoint was taken, the tail leads to the same state.
TEST(CheckpointTest, ACheckpointAndTheTailAreTheWholeLog) {
  SeededRandom random(arena::testing::TestSeed());
  for (int round = 0; round < 20; ++round) {
    const std::vector<LogEntry> log = RandomLog(random);
    const auto cut = static_cast<std::ptrdiff_t>(random.Below(log.size() + 1));
    LogState whole = NewState(), head = NewState();
    testing::ApplyAll(whole, log);
    testing::ApplyAll(head, {log.begin(), log.begin() + cut});
    LogState restored = RestoredFrom(CheckpointOf(head));
    testing::ApplyAll(restored, log);
    EXPECT_EQ(testing::DigestOfSeries(Series::kCounts, *restored.View()),
              testing::DigestOfSeries(Series::kCounts, *whole.View()));
    EXPECT_EQ(CanCompute(Series::kStyle, *restored.View()), cut == 0);
    ASSERT_TRUE(restored.AddHistory(std::move(head)).ok());
    EXPECT_EQ(restored.missing_until(), 0);
    EXPECT_EQ(CheckpointOf(restored), CheckpointOf(whole)) << "cut at " << cut;
    EXPECT_EQ(testing::DigestOfSeries(Series::kStyle, *restored.View()),
              testing::DigestOfSeries(Series::kStyle, *whole.View()))
        << "cut at " << cut;
  }
}

TEST(CheckpointTest, EloGoesOnFromItsRatingsAndIsStaleOnlyAfterARetraction) {
  SeededRandom random(arena::testing::TestSeed());
  const std::vector<LogEntry> votes = testing::RandomVotes(100, random);
  const std::vector<LogEntry> half(votes.begin(), votes.begin() + 50);
  LogState whole = NewState(), head = NewState();
  testing::ApplyAll(whole, votes);
  testing::ApplyAll(head, half);
  LogState restored = RestoredFrom(CheckpointOf(head));
  testing::ApplyAll(restored, votes);
  EXPECT_FALSE(restored.is_elo_stale());
  EXPECT_EQ(restored.View()->elo_ratings, whole.View()->elo_ratings);

  const auto rated = std::ranges::find(votes, true, &LogEntry::is_rated);
  const LogEntry retraction = testing::About(*rated, 101, VoteKind::kRetraction);
  for (LogState* state : {&whole, &restored}) {
    ASSERT_TRUE(state->Apply(retraction).ok());
    EXPECT_TRUE(state->is_elo_stale());
    EXPECT_TRUE(state->View()->is_elo_stale);
    EXPECT_TRUE(absl::IsFailedPrecondition(state->ForCheckpoint().status()));
  }
  EXPECT_TRUE(absl::IsFailedPrecondition(
      ComputeTables(Series::kElo, *restored.View(), testing::AllBoards()).status()));
  EXPECT_TRUE(whole.ReplayElo(SIZE_MAX));
  EXPECT_FALSE(restored.ReplayElo(SIZE_MAX));
  ASSERT_TRUE(restored.AddHistory(std::move(head)).ok());
  // In slices, as one that shares a lock would.
  int slices = 1;
  while (!restored.ReplayElo(7)) ++slices;
  EXPECT_GT(slices, 5);
  EXPECT_EQ(restored.View()->elo_ratings, whole.View()->elo_ratings);
}

TEST(CheckpointTest, HistoryOfAnotherPositionOrLogIsRefused) {
  SeededRandom random(arena::testing::TestSeed());
  std::vector<LogEntry> votes = testing::RandomVotes(20, random);
  for (LogEntry& vote : votes) vote.is_rated = true;
  LogState head = NewState(), shorter = NewState(), other = NewState();
  testing::ApplyAll(head, votes);
  testing::ApplyAll(shorter, {votes.begin(), votes.end() - 1});
  votes[3].is_rated = false;
  testing::ApplyAll(other, votes);
  votes[3].is_rated = true;
  LogState restored = RestoredFrom(CheckpointOf(head));
  ASSERT_TRUE(restored.Apply(testing::About(votes[3], 21, VoteKind::kRetraction)).ok());
  EXPECT_TRUE(absl::IsInvalidArgument(restored.AddHistory(std::move(shorter))));
  EXPECT_TRUE(absl::IsDataLoss(restored.AddHistory(std::move(other))));
}

TEST(CheckpointTest, DamagedBytesAreRefused) {
  SeededRandom random(arena::testing::TestSeed());
  LogState state = NewState();
  testing::ApplyAll(state, RandomLog(random));
  const std::string bytes = CheckpointOf(state);
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_TRUE(absl::IsDataLoss(DecodeCheckpoint(bytes.substr(0, size), kBoards).status()));
  }
  for (int round = 0; round < 500; ++round) {
    std::string damaged = bytes;
    damaged[random.Below(damaged.size())] ^= static_cast<char>(1 << random.Below(8));
    EXPECT_TRUE(absl::IsDataLoss(DecodeCheckpoint(damaged, kBoards).status()));
  }
  EXPECT_TRUE(absl::IsDataLoss(DecodeCheckpoint(bytes + '\0', kBoards).status()));
  EXPECT_TRUE(absl::IsDataLoss(DecodeCheckpoint(bytes, kBoards - 1).status()));
}

// Even with a right hash: it decodes to what encodes to the same bytes, or not at all.
TEST(CheckpointTest, ForgedBytesAreRefusedOrReadBack) {
  SeededRandom random(arena::testing::TestSeed());
  LogState state = NewState();
  testing::ApplyAll(state, RandomLog(random));
  const std::string bytes = CheckpointOf(state);
  const std::string content = bytes.substr(0, bytes.size() - SHA256_DIGEST_LENGTH);
  for (size_t size = 0; size < content.size(); ++size) {
    EXPECT_TRUE(
        absl::IsDataLoss(DecodeCheckpoint(Signed(content.substr(0, size)), kBoards).status()))
        << size;
  }
  EXPECT_TRUE(absl::IsDataLoss(DecodeCheckpoint(Signed(content + '\0'), kBoards).status()));
  for (int round = 0; round < 3000; ++round) {
    std::string forged = content;
    forged[random.Below(forged.size())] = static_cast<char>(random.Below(256));
    forged = Signed(forged);
    const auto decoded = DecodeCheckpoint(forged, kBoards);
    if (!decoded.ok()) continue;
    EXPECT_EQ(EncodeCheckpoint(*decoded), forged);
  }
}

TEST(CheckpointTest, TheFormatNamesWhatCheckpointsDependOn) {
  const std::string format = CheckpointFormat(BoardSet(), 32.0);
  // Stored: under another name a restart passes over every checkpoint and reads the whole log.
  EXPECT_EQ(format, "1:881d50bdd8e59378823d7e6e6d63648488df41f40ce01b0bc2c4ff17b329b065");
  EXPECT_NE(CheckpointFormat(BoardSet(), 4.0), format);
  const std::vector<std::string> languages = {"en"};
  EXPECT_NE(CheckpointFormat(*BoardSet::WithLanguages(languages), 32.0), format);
}

TEST(ByteCodecTest, NumbersReadBack) {
  const uint64_t unsigned_values[] = {0, 1, 127, 128, 300, uint64_t{1} << 63, ~uint64_t{0}};
  const int64_t signed_values[] = {0, -1, 1, 63, -64, INT64_MIN, INT64_MAX};
  ByteWriter out;
  for (const uint64_t value : unsigned_values) out.Unsigned(value);
  for (const int64_t value : signed_values) out.Signed(value);
  out.Number(-0.1);
  out.Text("text");
  const std::string bytes = out.Take();
  ByteReader in(bytes);
  for (const uint64_t value : unsigned_values) EXPECT_EQ(in.Unsigned(), value);
  for (const int64_t value : signed_values) EXPECT_EQ(in.Signed(), value);
  EXPECT_EQ(in.Number(), -0.1);
  EXPECT_EQ(in.Text(), "text");
  EXPECT_TRUE(in.ok() && in.is_at_end());
}

}  // namespace
}  // namespace arena::rating
