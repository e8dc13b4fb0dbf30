#include "services/rating/rpc/snapshot_export.h"

#include <utility>

#include "services/rating/rpc/convert.h"

namespace arena::rating {

void SnapshotExport::Start(StoredSnapshot snapshot, const std::shared_ptr<Stream>& stream) {
  const std::shared_ptr<SnapshotExport> self(new SnapshotExport(std::move(snapshot), stream));
  stream->WhenWritable([self] { self->SendParts(); });
  self->SendParts();
}

void SnapshotExport::SendParts() {
  absl::MutexLock lock(&mutex_);
  const std::shared_ptr<Stream> stream = stream_.lock();
  if (stream == nullptr) return;
  // The header, then the tables.
  while (sent_ <= snapshot_.tables.size()) {
    if (stream->Write(NextPart()) != rpc::WriteResult::kTaken) return;
  }
  stream->Finish(absl::OkStatus());
}

v1::ExportSnapshotResponse SnapshotExport::NextPart() {
  v1::ExportSnapshotResponse part;
  if (sent_++ == 0) {
    *part.mutable_snapshot() = ToProto(snapshot_.header);
    return part;
  }
  EncodedTable& table = snapshot_.tables[sent_ - 2];
  part.mutable_table()->set_board(std::move(table.board));
  part.mutable_table()->set_method(std::move(table.method));
  part.mutable_table()->set_content(std::move(table.content));
  return part;
}

}  // namespace arena::rating
