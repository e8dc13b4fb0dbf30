#include "services/rating/model/votes/vote_table.h"

#include <gtest/gtest.h>

#include <mutex>
#include <thread>
#include <vector>

#include "services/rating/model/intervals/rounds.h"
#include "tests/support/seed.h"

namespace arena::rating {
namespace {

constexpr uint32_t kRows = 2 * VoteTable::kChunkRows + 100;

TableVote VoteAt(int64_t position) {
  const auto number = static_cast<uint32_t>(position);
  return {.position = position,
          .left = number % 7,
          .right = 7 + number % 5,
          .outcome = static_cast<Outcome>(number % 4),
          .style = {static_cast<float>(number), 1, 2, 3},
          .boards = number % 3,
          .weight = static_cast<float>(number % 11),
          .cluster = number / 2};
}

// Votes at the even positions `from`, `from` + 2, … below `to`.
VoteTable EvenVotes(const VoteColumns& columns, int64_t from, int64_t to, int64_t missing = 0) {
  VoteTable table(columns, missing);
  for (int64_t position = from; position < to; position += 2) table.Append(VoteAt(position));
  return table;
}

// Everything that a reader of the table can see, folded.
uint64_t Fingerprint(const VoteTable& table) {
  uint64_t print = table.size();
  const auto fold = [&print](uint64_t value) { print = (print ^ value) * 0x9e3779b97f4a7c15; };
  for (size_t chunk = 0; chunk < table.chunks(); ++chunk) {
    const VoteTable::Rows rows = table.rows(chunk);
    for (uint32_t row = 0; row < rows.size; ++row) {
      const VoteTable::Head& head = rows.heads[row];
      fold(head.position << 1 | head.is_counted);
      fold(head.left << 20 | head.right << 2 | head.outcome);
      if (rows.styles != nullptr) fold(static_cast<uint64_t>(rows.styles[row][0]));
      if (rows.boards != nullptr) fold(rows.boards[row]);
      if (rows.weights != nullptr) fold(static_cast<uint64_t>(rows.weights[row]));
      if (rows.clusters != nullptr) fold(rows.clusters[row]);
    }
  }
  return print;
}

TEST(VoteTableTest, KeepsTheColumnsThatWereAskedFor) {
  const VoteTable plain = EvenVotes({}, 2, 2 + 2 * kRows);
  const VoteTable full =
      EvenVotes({.has_style = true, .has_boards = true, .has_weight = true, .has_cluster = true}, 2,
                2 + 2 * kRows);
  ASSERT_EQ(plain.size(), kRows);
  ASSERT_EQ(plain.chunks(), 3u);
  EXPECT_EQ(plain.rows(0).styles, nullptr);
  EXPECT_EQ(plain.rows(0).boards, nullptr);
  EXPECT_EQ(plain.rows(0).weights, nullptr);
  EXPECT_EQ(plain.rows(0).clusters, nullptr);
  const VoteTable::Rows last = full.rows(2);
  ASSERT_EQ(last.size, 100u);
  const TableVote vote = VoteAt(2 * kRows);
  EXPECT_EQ(last.heads[99].position, 2u * kRows);
  EXPECT_EQ(last.heads[99].left, vote.left);
  EXPECT_EQ(last.heads[99].right, vote.right);
  EXPECT_EQ(last.heads[99].outcome, static_cast<uint64_t>(vote.outcome));
  EXPECT_EQ(last.styles[99], vote.style);
  EXPECT_EQ(last.boards[99], vote.boards);
  EXPECT_EQ(last.weights[99], vote.weight);
  EXPECT_EQ(last.clusters[99], vote.cluster);
}

TEST(VoteTableTest, FindsAVoteByItsPositionAlone) {
  VoteTable table = EvenVotes({.has_boards = true}, 2, 2 + 2 * kRows);
  for (const int64_t there : {2, 8192, 8194, 2 * static_cast<int>(kRows)}) {
    EXPECT_EQ(table.Boards(there), VoteAt(there).boards) << there;
    EXPECT_TRUE(table.Retract(there)) << there;
    EXPECT_FALSE(table.Retract(there)) << there;
    EXPECT_TRUE(table.Restore(there)) << there;
    EXPECT_FALSE(table.Restore(there)) << there;
    EXPECT_TRUE(table.SetBoards(there, 42)) << there;
    EXPECT_EQ(table.Boards(there), 42u) << there;
  }
  for (const int64_t absent : {1, 3, 8193, 2 * static_cast<int>(kRows) + 2}) {
    EXPECT_EQ(table.Boards(absent), std::nullopt) << absent;
    EXPECT_FALSE(table.Retract(absent)) << absent;
    EXPECT_FALSE(table.SetBoards(absent, 1)) << absent;
  }
}

TEST(VoteTableTest, NeitherOfTwoCopiesSeesWhatTheOtherDoes) {
  VoteTable table = EvenVotes({.has_boards = true}, 2, 2 + 2 * kRows);
  VoteTable copy = table.Share();
  const uint64_t before = Fingerprint(table);
  ASSERT_EQ(Fingerprint(copy), before);

  const int64_t next = 2 * kRows + 2;
  table.Append(VoteAt(next));
  table.SetBoards(2, 77);
  table.Retract(2 * kRows);
  EXPECT_EQ(Fingerprint(copy), before);
  const uint64_t after = Fingerprint(table);

  copy.Append(VoteAt(next + 2));
  copy.Retract(8192);
  EXPECT_EQ(Fingerprint(table), after);
  EXPECT_EQ(copy.size(), table.size());
  EXPECT_EQ(copy.Boards(2), VoteAt(2).boards);
  EXPECT_EQ(copy.Boards(next), std::nullopt);
  EXPECT_EQ(copy.Boards(next + 2), VoteAt(next + 2).boards);
}

TEST(VoteTableTest, EarlierVotesComeLaterWithWhatWasSaidOfThem) {
  const VoteColumns columns{.has_style = true, .has_boards = true};
  constexpr int64_t kCheckpoint = 1000, kEnd = 20'000;
  VoteTable whole = EvenVotes(columns, 2, kEnd);
  VoteTable late = EvenVotes(columns, kCheckpoint + 2, kEnd, kCheckpoint);
  EXPECT_TRUE(late.is_partial());
  for (VoteTable* table : {&whole, &late}) {
    EXPECT_TRUE(table->Retract(10));
    EXPECT_TRUE(table->Retract(1000));
    EXPECT_TRUE(table->Restore(10));
    EXPECT_TRUE(table->SetBoards(500, 9));
    EXPECT_TRUE(table->SetBoards(1002, 8));
    EXPECT_TRUE(table->Retract(1002));
  }
  EXPECT_EQ(late.Boards(500), std::nullopt);
  const VoteTable view = late.Share();
  ASSERT_TRUE(late.AddEarlier(EvenVotes(columns, 2, kCheckpoint + 1)));
  EXPECT_FALSE(late.is_partial());
  EXPECT_TRUE(view.is_partial());
  EXPECT_EQ(Fingerprint(late), Fingerprint(whole));
  EXPECT_EQ(late.Boards(500), 9u);

  late.Append(VoteAt(kEnd));
  whole.Append(VoteAt(kEnd));
  EXPECT_EQ(Fingerprint(late), Fingerprint(whole));
}

TEST(VoteTableTest, AContradictionWithEarlierVotesIsFound) {
  VoteTable unknown({.has_boards = true}, 100);
  EXPECT_TRUE(unknown.Retract(11));
  EXPECT_FALSE(unknown.AddEarlier(EvenVotes({.has_boards = true}, 2, 100)));

  VoteTable twice({.has_boards = true}, 100);
  EXPECT_TRUE(twice.Retract(10));
  EXPECT_TRUE(twice.Retract(10));
  EXPECT_FALSE(twice.AddEarlier(EvenVotes({.has_boards = true}, 2, 100)));
}

// A race here is seen by ThreadSanitizer, and by the fingerprints.
TEST(VoteTableTest, ThreadsReadCopiesWhileTheTableGoesOn) {
  struct Mailbox {
    std::mutex mutex;
    VoteTable view;
    uint64_t expected = 0;
    bool is_over = false;
  } mailbox;
  mailbox.expected = Fingerprint(mailbox.view);
  int wrong = 0, read = 0;
  std::thread reader([&] {
    for (bool is_over = false; !is_over;) {
      VoteTable view;
      uint64_t expected = 0;
      {
        const std::lock_guard lock(mailbox.mutex);
        view = mailbox.view.Share();
        expected = mailbox.expected;
        is_over = mailbox.is_over;
      }
      if (Fingerprint(view) != expected) ++wrong;
      ++read;
    }
  });
  RoundRandom random(arena::testing::TestSeed(), 0);
  VoteTable table({.has_style = true, .has_boards = true});
  for (int64_t position = 1; position <= 12'000; ++position) {
    table.Append(VoteAt(position));
    const auto some = static_cast<int64_t>(1 + random.Below(static_cast<uint64_t>(position)));
    if (position % 3 == 0 && !table.Retract(some)) table.Restore(some);
    if (position % 5 == 0) table.SetBoards(some, random.Below(8));
    if (position % 200 != 0) continue;
    VoteTable view = table.Share();
    const uint64_t print = Fingerprint(table);
    const std::lock_guard lock(mailbox.mutex);
    mailbox.view = std::move(view);
    mailbox.expected = print;
    mailbox.is_over = position == 12'000;
  }
  reader.join();
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(read, 0);
}

}  // namespace
}  // namespace arena::rating
