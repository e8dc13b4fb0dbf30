#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "services/rating/model/votes/outcome.h"
#include "services/rating/model/votes/style.h"

namespace arena::rating {

// One vote as it comes. What the table has no column for is not kept.
struct TableVote {
  int64_t position = 0;
  uint32_t left = 0;
  uint32_t right = 0;
  Outcome outcome = Outcome::kTie;
  StyleVector style = {};
  uint64_t boards = 0;
  float weight = 1;
  uint32_t cluster = 0;
};

// What a table keeps of a vote beside the eight bytes that say who met and how it ended.
struct VoteColumns {
  // How much more of each feature the left side has; 16 bytes.
  bool has_style = false;
  // The boards that the vote is on, as bits; 8 bytes.
  bool has_boards = false;
  // 1 / P(draw); 4 bytes.
  bool has_weight = false;
  // The voter's number, dense from 0: votes of one number are one cluster; 4 bytes.
  bool has_cluster = false;
};

// Votes one by one, for the boards that need more than counts. Kept in chunks of columns, so that
// nothing is moved when it grows and copies share memory. For one thread at a time, but threads may
// read a copy made by Share() while this table goes on.
class VoteTable {
 public:
  static constexpr uint32_t kChunkRows = 4096;

  struct Head {
    uint64_t position : 37;
    uint64_t left : 12;
    uint64_t right : 12;
    uint64_t outcome : 2;
    uint64_t is_counted : 1;
  };
  static_assert(sizeof(Head) == 8);

  // A stretch of votes in log order; a column that the table does not have is null.
  struct Rows {
    uint32_t size = 0;
    const Head* heads = nullptr;
    const StyleVector* styles = nullptr;
    const uint64_t* boards = nullptr;
    const float* weights = nullptr;
    const uint32_t* clusters = nullptr;
  };

  explicit VoteTable(VoteColumns columns = {}) : columns_(columns) {}
  // Holds the votes after `position`; those up to it are missing until AddEarlier brings them.
  VoteTable(VoteColumns columns, int64_t position) : columns_(columns), missing_until_(position) {}
  VoteTable(VoteTable&&) = default;
  VoteTable& operator=(VoteTable&&) = default;

  // A copy that shares its memory with this until a vote of either changes, and then copies a
  // chunk. Costs a pointer for each chunk.
  VoteTable Share();

  // Positions ascend and are below 2^37; indices are dense and below kMaxModels.
  void Append(const TableVote& vote);
  // Takes the vote at `position` out, or back in. False when there is no such vote, or when it is
  // out (or in) already; a vote that is yet missing is believed to be there.
  bool Retract(int64_t position) { return Change({.position = position, .is_counted = false}); }
  bool Restore(int64_t position) { return Change({.position = position, .is_counted = true}); }
  // Says on which boards the vote is from now on. False when there is no such vote; a missing one
  // is believed to be there. The table has a column of boards.
  bool SetBoards(int64_t position, uint64_t boards) {
    return Change({.position = position, .boards = boards});
  }
  // The boards that the vote is on; none when there is no such vote, or it is missing.
  std::optional<uint64_t> Boards(int64_t position) const;

  // Whether votes are missing.
  bool is_partial() const { return missing_until_ > 0; }
  // Brings the votes up to the position that this one began at, with the same columns; nothing is
  // copied. False when they contradict what was said about them since.
  bool AddEarlier(VoteTable earlier);

  const VoteColumns& columns() const { return columns_; }
  // Votes, those that are out included.
  size_t size() const { return size_; }
  // The votes, in log order, chunk by chunk.
  size_t chunks() const { return chunks_.size(); }
  Rows rows(size_t chunk) const;

 private:
  struct Columns;
  struct Chunk {
    std::shared_ptr<Columns> columns;
    // Rows that this table knows of. A table that goes on may have written more into the same
    // memory.
    uint32_t rows = 0;
    // Whether a copy may be reading it.
    bool is_shared = false;
    // Whether rows may be written behind the last one: in one table only.
    bool is_open = true;
  };
  // What is said about a vote later.
  struct VoteChange {
    int64_t position = 0;
    std::optional<bool> is_counted = std::nullopt;
    std::optional<uint64_t> boards = std::nullopt;
  };
  struct Place {
    size_t chunk = 0;
    uint32_t row = 0;
  };

  std::optional<Place> Find(int64_t position) const;
  bool Change(const VoteChange& change);
  // The chunk's columns, copied first if they may be read by others.
  Columns& Writable(Chunk& chunk) const;

  VoteColumns columns_;
  std::vector<Chunk> chunks_;
  size_t size_ = 0;
  int64_t missing_until_ = 0;
  std::vector<VoteChange> missing_changes_;
};

}  // namespace arena::rating
