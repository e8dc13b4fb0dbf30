#include <fmt/format.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <memory>
#include <thread>

#include "absl/synchronization/mutex.h"
#include "common/base/ids.h"
#include "common/base/random.h"
#include "common/postgres/connection.h"
#include "services/rating/storage/vote_log_reader.h"
#include "tests/support/test_postgres.h"
#include "tests/support/vote_log_writer.h"

namespace arena::testing {
namespace {

constexpr int kWriters = 16;
constexpr int kVotesOfAWriter = 150;
constexpr int kVotes = kWriters * kVotesOfAWriter;

// A reader that remembers the last number it saw and asks for what is above: the one that everybody
// writes first. `read` returns the numbers above the given one, ascending.
class PollingReader {
 public:
  using Read = std::function<std::vector<int64_t>(int64_t last)>;
  explicit PollingReader(Read read) : read_(std::move(read)) {}

  void Poll() {
    for (const int64_t number : read_(last_)) {
      last_ = number;
      ++seen_;
    }
  }
  int64_t seen() const { return seen_; }

 private:
  Read read_;
  int64_t last_ = 0;
  int64_t seen_ = 0;
};

// Runs the writers, each with a connection of its own, while the reader polls; then polls once
// more. A vote is one transaction: `insert`, one more round trip as any real service has, commit.
int64_t CountSeen(const std::string& conninfo,
                  const std::function<void(pqxx::work&, const std::string& battle)>& insert,
                  PollingReader reader) {
  std::atomic<int> running = kWriters;
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&] {
      SecureRandom random;
      const auto connection = OpenConnection(conninfo);
      for (int i = 0; i < kVotesOfAWriter; ++i) {
        pqxx::work work(*connection);
        insert(work, Uuid::MakeVersion7(absl::Now(), random).ToString());
        work.exec("select 1");
        work.commit();
      }
      --running;
    });
  }
  while (running > 0) reader.Poll();
  for (std::thread& writer : writers) writer.join();
  reader.Poll();
  return reader.seen();
}

std::vector<int64_t> NumbersOf(const pqxx::result& rows) {
  std::vector<int64_t> numbers;
  for (const pqxx::row& row : rows) numbers.push_back(row[0].as<int64_t>());
  return numbers;
}

// The number is taken before the commit, so a reader can pass one that has not appeared yet.
int64_t SeenThroughAPlainSequence(const TestDatabase& database) {
  VoteLogWriter(database.conninfo())
      .Execute(
          "create table naive_log (number bigint generated always as identity primary key, "
          "battle_id uuid not null)");
  const auto connection = OpenConnection(database.conninfo());
  return CountSeen(
      database.conninfo(),
      [](pqxx::work& work, const std::string& battle) {
        work.exec_params("insert into naive_log (battle_id) values ($1)", battle);
      },
      PollingReader([&](int64_t last) {
        pqxx::nontransaction session(*connection);
        return NumbersOf(session.exec_params(
            "select number from naive_log where number > $1 order by number", last));
      }));
}

// The position is taken under the head's lock, which is held until the commit.
int64_t SeenThroughTheVoteLog(const TestDatabase& database) {
  rating::VoteLogReader log({.conninfo = database.conninfo("arena_rating")});
  return CountSeen(
      database.conninfo("arena_vote_ingest"),
      [](pqxx::work& work, const std::string& battle) {
        work.exec_params(
            "select claimed_position from arena.append_votes(array[$1::uuid], "
            "array[1::smallint], array[true], array['test'], array[1], array[2], "
            "array[1::smallint], array[true], array[''], array['en'], array[''], "
            "array[0.5::double precision], array[''], array[0, 0, 0, 0, 0, 0, 0, 0])",
            battle);
      },
      PollingReader([&](int64_t last) {
        std::vector<int64_t> positions;
        const auto page = log.ReadAfter(last, kVotes);
        EXPECT_TRUE(page.ok()) << page.status();
        for (const auto& entry : page->entries) positions.push_back(entry.position);
        return positions;
      }));
}

// Why the log has positions: the same reader, the same writers, two ways to number.
TEST(VoteLogTest, AReaderByNumberLosesVotesOfAPlainSequenceAndNoneOfTheLog) {
  const TestDatabase database;
  const int64_t naive = SeenThroughAPlainSequence(database);
  const int64_t ours = SeenThroughTheVoteLog(database);
  fmt::print("{} writers, {} votes each way: plain sequence lost {} ({:.1f} %), the log lost {}\n",
             kWriters, kVotes, kVotes - naive, 100.0 * static_cast<double>(kVotes - naive) / kVotes,
             kVotes - ours);
  EXPECT_LT(naive, kVotes) << "the anomaly did not show; were there enough writers?";
  EXPECT_EQ(ours, kVotes);
}

}  // namespace
}  // namespace arena::testing
