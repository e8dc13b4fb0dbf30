#include "services/rating/model/votes/vote_table.h"

#include <algorithm>
#include <utility>

namespace arena::rating {

// A column of a table that is not asked for stays null. Memory is left as it comes, so that a chunk
// takes no more pages than it has rows.
struct VoteTable::Columns {
  explicit Columns(const VoteColumns& columns)
      : heads(std::make_unique_for_overwrite<Head[]>(kChunkRows)) {
    if (columns.has_style) styles = std::make_unique_for_overwrite<StyleVector[]>(kChunkRows);
    if (columns.has_boards) boards = std::make_unique_for_overwrite<uint64_t[]>(kChunkRows);
    if (columns.has_weight) weights = std::make_unique_for_overwrite<float[]>(kChunkRows);
    if (columns.has_cluster) clusters = std::make_unique_for_overwrite<uint32_t[]>(kChunkRows);
  }

  std::unique_ptr<Head[]> heads;
  std::unique_ptr<StyleVector[]> styles;
  std::unique_ptr<uint64_t[]> boards;
  std::unique_ptr<float[]> weights;
  std::unique_ptr<uint32_t[]> clusters;
};

namespace {

template <typename Value>
void CopyColumn(const std::unique_ptr<Value[]>& from, uint32_t rows,
                const std::unique_ptr<Value[]>& to) {
  if (from != nullptr) std::copy_n(from.get(), rows, to.get());
}

int64_t PositionOf(const VoteTable::Head& head) { return static_cast<int64_t>(head.position); }

}  // namespace

VoteTable VoteTable::Share() {
  for (Chunk& chunk : chunks_) chunk.is_shared = true;
  VoteTable copy(columns_, missing_until_);
  copy.chunks_ = chunks_;
  if (!copy.chunks_.empty()) copy.chunks_.back().is_open = false;
  copy.size_ = size_;
  copy.missing_changes_ = missing_changes_;
  return copy;
}

void VoteTable::Append(const TableVote& vote) {
  if (chunks_.empty() || chunks_.back().rows == kChunkRows) {
    chunks_.push_back({.columns = std::make_shared<Columns>(columns_)});
  }
  Chunk& tail = chunks_.back();
  // Readers of a copy know nothing of the rows behind its last one, so these are ours to write.
  Columns& columns = tail.is_open ? *tail.columns : Writable(tail);
  const uint32_t row = tail.rows++;
  columns.heads[row] = {
      .position = static_cast<uint64_t>(vote.position) & ((uint64_t{1} << 37) - 1),
      .left = vote.left & 0xfffu,
      .right = vote.right & 0xfffu,
      .outcome = static_cast<uint64_t>(vote.outcome) & 3u,
      .is_counted = 1};
  if (columns_.has_style) columns.styles[row] = vote.style;
  if (columns_.has_boards) columns.boards[row] = vote.boards;
  if (columns_.has_weight) columns.weights[row] = vote.weight;
  if (columns_.has_cluster) columns.clusters[row] = vote.cluster;
  ++size_;
}

std::optional<uint64_t> VoteTable::Boards(int64_t position) const {
  const auto place = Find(position);
  if (!place || !columns_.has_boards) return std::nullopt;
  return chunks_[place->chunk].columns->boards[place->row];
}

bool VoteTable::AddEarlier(VoteTable earlier) {
  // Its last chunk stays as full as it is, in the middle.
  earlier.chunks_.insert(earlier.chunks_.end(), std::move_iterator(chunks_.begin()),
                         std::move_iterator(chunks_.end()));
  chunks_ = std::move(earlier.chunks_);
  size_ += earlier.size_;
  missing_until_ = 0;
  for (const VoteChange& change : std::exchange(missing_changes_, {})) {
    if (!Change(change)) return false;
  }
  return true;
}

VoteTable::Rows VoteTable::rows(size_t chunk) const {
  const Columns& columns = *chunks_[chunk].columns;
  return {.size = chunks_[chunk].rows,
          .heads = columns.heads.get(),
          .styles = columns.styles.get(),
          .boards = columns.boards.get(),
          .weights = columns.weights.get(),
          .clusters = columns.clusters.get()};
}

std::optional<VoteTable::Place> VoteTable::Find(int64_t position) const {
  // The last chunk that begins at or before the position.
  const auto after = std::ranges::upper_bound(chunks_, position, {}, [](const Chunk& chunk) {
    return PositionOf(chunk.columns->heads[0]);
  });
  if (after == chunks_.begin()) return std::nullopt;
  const auto chunk = std::prev(after);
  const Head* begin = chunk->columns->heads.get();
  const Head* end = begin + chunk->rows;
  const Head* found = std::ranges::lower_bound(begin, end, position, {}, PositionOf);
  if (found == end || PositionOf(*found) != position) return std::nullopt;
  return Place{static_cast<size_t>(chunk - chunks_.begin()), static_cast<uint32_t>(found - begin)};
}

bool VoteTable::Change(const VoteChange& change) {
  if (change.position <= missing_until_) {
    missing_changes_.push_back(change);
    return true;
  }
  const auto place = Find(change.position);
  if (!place) return false;
  Chunk& chunk = chunks_[place->chunk];
  if (change.is_counted) {
    const uint64_t counted = *change.is_counted ? 1 : 0;
    if (chunk.columns->heads[place->row].is_counted == counted) return false;
    Writable(chunk).heads[place->row].is_counted = counted & 1u;
  }
  if (change.boards) Writable(chunk).boards[place->row] = *change.boards;
  return true;
}

VoteTable::Columns& VoteTable::Writable(Chunk& chunk) const {
  if (chunk.is_shared) {
    const Columns& old = *chunk.columns;
    auto copy = std::make_shared<Columns>(columns_);
    CopyColumn(old.heads, chunk.rows, copy->heads);
    CopyColumn(old.styles, chunk.rows, copy->styles);
    CopyColumn(old.boards, chunk.rows, copy->boards);
    CopyColumn(old.weights, chunk.rows, copy->weights);
    CopyColumn(old.clusters, chunk.rows, copy->clusters);
    chunk = {.columns = std::move(copy), .rows = chunk.rows};
  }
  return *chunk.columns;
}

}  // namespace arena::rating
