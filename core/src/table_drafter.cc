#include "table_drafter.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "column_choice.h"
#include "store_info.h"

namespace ferrite::internal {
namespace {

// How deep plain objects are taken apart into columns.
constexpr size_t kFlattened = 3;
constexpr size_t kMaxFlattened = 24;
// Where property names change from record to record, those that at least this
// share of the records has become columns.
constexpr double kCommonShare = 0.1;

constexpr char kPositionName[] = "position";

std::string JoinedName(const Path& path) {
  std::string name;
  for (const std::string& token : path) {
    const std::string word = SnakeCase(token);
    if (!name.empty() && !word.empty()) name += '_';
    name += word;
  }
  return name.size() > 100 ? SnakeCase(name) : name;
}

// Whether one of the path's names says so.
bool AnyName(const Path& path, bool (*holds)(std::string_view)) {
  return std::any_of(path.begin(), path.end(), holds);
}

bool IsFlat(const FieldStatistics& field, size_t depth) {
  const uint64_t objects = field.count(Seen::kObject);
  return objects > 0 && field.present() == objects && depth < kFlattened &&
         !field.fields.empty() && field.fields.size() <= kMaxFlattened &&
         field.unseen_properties == 0 && !field.comes_twice &&
         !IsMapLike(field);
}

// Arrays that hold nothing but plain objects with stable fields.
bool IsChildTable(const FieldStatistics& field) {
  const uint64_t arrays = field.count(Seen::kArray);
  if (arrays == 0 || field.present() != arrays || field.items == nullptr ||
      field.item_count < arrays || field.has_shared || field.comes_twice) {
    return false;
  }
  const FieldStatistics& items = *field.items;
  return items.total() == field.item_count &&
         items.count(Seen::kObject) == field.item_count && !items.has_shared &&
         !items.fields.empty() && items.fields.size() <= kMaxFlattened * 2 &&
         items.unseen_properties == 0 && !IsMapLike(items);
}

class Drafter {
 public:
  Drafter(const SampledRecords& sample, size_t max_columns, NameSet* names)
      : sample_(sample), max_columns_(max_columns), table_names_(names) {}

  std::vector<TableDraft> Draft(std::string_view name) {
    TableDraft& table = tables_.emplace_back();
    table.name = table_names_->Take(SnakeCase(name), "records");
    FillSource(&table);
    table.keys = *sample_.keys;
    table.comment = Overview();
    DraftKey(&table);
    DraftColumns(&table);
    DraftIndexes(&table);
    for (size_t i = 0; i < arrays_.size(); ++i) DraftChild(arrays_[i]);
    return std::move(tables_);
  }

 private:
  struct Array {
    Path path;
    const FieldStatistics* field;
  };

  const FieldStatistics& root() const { return sample_.records->root(); }
  uint64_t records() const { return sample_.records->records(); }

  void FillSource(TableDraft* table) const {
    table->source = sample_.state->source;
    table->match = sample_.match;
    table->match_text = sample_.match_text;
    table->form = sample_.form;
  }

  std::string Overview() const {
    const uint64_t all = sample_.keys->records();
    if (sample_.keys->has_all()) return "read all " + Spaced(all) + " records";
    return "read " + Spaced(records()) + " of " + Spaced(all) + " records";
  }

  bool HasRoom() const { return used_columns_ < max_columns_; }

  size_t Put(ColumnDraft column, std::string_view wanted, TableDraft* table) {
    column.name = table->column_names.Take(wanted, "field");
    table->columns.push_back(std::move(column));
    ++used_columns_;
    return table->columns.size() - 1;
  }

  // The record's key where it lies outside: the column _key, or for storage
  // the column key, since its keys are texts.
  void DraftKey(TableDraft* table) {
    if (table->source.kind != SourceKind::kIndexedDb) {
      ColumnDraft key;
      key.type = ColumnType::kText;
      key.from = ColumnFrom::kKey;
      key.may_mismatch = false;
      key.comment = "the entry's key";
      table->primary_key = {Put(std::move(key), "key", table)};
      return;
    }
    const std::vector<Path> paths = KeyPathsOf(*sample_.state);
    std::vector<ColumnDraft> parts;
    for (const Path& path : paths) {
      std::optional<ColumnDraft> part = KeyPart(path, paths.size() == 1);
      if (!part) {
        table->comment +=
            "; the key is kept as _key: its values are not all of one kind, "
            "or not all were seen";
        return;
      }
      parts.push_back(*std::move(part));
    }
    for (ColumnDraft& part : parts) {
      const std::string wanted =
          part.path.empty() ? "value" : JoinedName(part.path);
      taken_.push_back(part.path);
      table->primary_key.push_back(Put(std::move(part), wanted, table));
    }
  }

  std::optional<ColumnDraft> KeyPart(const Path& path, bool is_whole) const {
    const FieldStatistics* field = root().Find(path);
    if (field == nullptr) return std::nullopt;
    std::optional<ColumnType> type = ChooseKeyType(*field, records());
    if (!type) return std::nullopt;
    if (!sample_.keys->has_all()) {
      type = is_whole ? TypeOfUnseenKeys() : std::nullopt;
      if (!type) return std::nullopt;
    }
    ColumnDraft column = ChooseColumn(*field);
    column.type = *type;
    column.convert = Convert::kNone;
    column.path = path;
    column.may_mismatch = false;
    column.comment = "the store's key";
    if (column.type == ColumnType::kAny &&
        sample_.keys->common() == KeyStatistics::Class::kNumber) {
      column.comment += R"(, a number; "integer" when all are whole)";
    }
    return column;
  }

  // What holds every key of a source of which only some were seen.
  std::optional<ColumnType> TypeOfUnseenKeys() const {
    switch (sample_.keys->common()) {
      case KeyStatistics::Class::kText:
        return ColumnType::kText;
      case KeyStatistics::Class::kNumber:
        return ColumnType::kAny;
      case KeyStatistics::Class::kDate:
        return ColumnType::kDatetime;
      default:
        return std::nullopt;
    }
  }

  void DraftColumns(TableDraft* table) {
    const bool are_objects = 2 * root().count(Seen::kObject) >= records();
    if (are_objects && records() > 0) {
      DraftFields(root(), {}, records(), ColumnFrom::kPath, table);
    } else if (taken_.empty() || !taken_.front().empty()) {
      DraftField(root(), {}, records(), table);
    }
  }

  void DraftFields(const FieldStatistics& object, const Path& path,
                   uint64_t records, ColumnFrom from, TableDraft* table) {
    const bool has_many =
        IsMapLike(object) || object.fields.size() > kMaxDraftColumns;
    const double least =
        has_many ? kCommonShare * static_cast<double>(object.total()) : 0;
    size_t left = 0;
    for (const auto& [name, field] : object.fields) {
      Path inner = path;
      inner.push_back(name);
      const bool is_taken =
          from == ColumnFrom::kPath && table == &tables_.front() &&
          std::find(taken_.begin(), taken_.end(), inner) != taken_.end();
      if (is_taken || field->comes_twice) continue;
      if (static_cast<double>(field->total()) < least || !HasRoom() ||
          table->columns.size() >= kMaxDraftColumns) {
        ++left;
      } else if (IsFlat(*field, inner.size())) {
        DraftFields(*field, inner, records, from, table);
      } else {
        DraftField(*field, inner, records, table);
      }
    }
    if (left > 0 || object.unseen_properties > 0) {
      table->comment += "; further properties of " +
                        (path.empty() ? "the records" : JoinedName(path)) +
                        " change from record to record and stay in _unmapped";
    }
  }

  void DraftField(const FieldStatistics& field, const Path& path,
                  uint64_t records, TableDraft* table) {
    if (!HasRoom()) return;
    ColumnDraft column = ChooseColumn(field);
    column.path = path;
    column.sensitive = AnyName(path, IsSecret);
    const bool is_private =
        path.empty() || column.sensitive || AnyName(path, IsPrivate);
    column.comment = DescribeField(field, records, column, is_private);
    const size_t at = Put(std::move(column),
                          path.empty() ? "value" : JoinedName(path), table);
    // An `each` that meets something else than a collection fails its record.
    if (table != &tables_.front() || path.empty() || !IsChildTable(field)) {
      return;
    }
    ColumnDraft& parent = table->columns[at];
    if (sample_.keys->has_all() && sample_.form == RecordForm::kValue &&
        path.size() <= kFlattened) {
      arrays_.push_back({path, &field});
    } else {
      parent.comment +=
          R"(; arrays of like objects: a table with "each" could hold them)";
    }
  }

  void DraftIndexes(TableDraft* table) {
    for (const StoreIndex& index : IndexesOf(*sample_.state)) {
      std::vector<size_t> columns;
      for (const Path& path : index.paths) {
        const std::optional<size_t> column = ColumnOf(*table, path);
        if (column) columns.push_back(*column);
      }
      if (columns.size() != index.paths.size() ||
          columns == table->primary_key) {
        continue;
      }
      if (index.unique && columns.size() == 1) {
        table->columns[columns.front()].comment += "; unique in IndexedDB";
      }
      table->indexes.push_back(std::move(columns));
    }
  }

  static std::optional<size_t> ColumnOf(const TableDraft& table,
                                        const Path& path) {
    for (size_t i = 0; i < table.columns.size(); ++i) {
      const ColumnDraft& column = table.columns[i];
      if (column.from == ColumnFrom::kPath && column.path == path &&
          column.type != ColumnType::kJson) {
        return i;
      }
    }
    return std::nullopt;
  }

  // Columns that say which parent an element belongs to, and its place there.
  void DraftParent(const TableDraft& parent, TableDraft* table) {
    const std::string prefix = Singular(parent.name) + "_";
    if (parent.primary_key.empty()) {
      ColumnDraft key;
      key.from = ColumnFrom::kKey;
      key.type = ColumnType::kKey;
      key.may_mismatch = false;
      table->parent_columns.push_back(
          Put(std::move(key), prefix + "key", table));
    }
    for (const size_t at : parent.primary_key) {
      ColumnDraft column;
      column.from = ColumnFrom::kRecord;
      column.type = parent.columns[at].type;
      column.path = parent.columns[at].path;
      column.may_mismatch = false;
      const std::string& name = parent.columns[at].name;
      table->parent_columns.push_back(
          Put(std::move(column),
              name.starts_with(prefix) ? name : prefix + name, table));
    }
  }

  void DraftChild(const Array& array) {
    const FieldStatistics& items = *array.field->items;
    if (used_columns_ + items.fields.size() + 4 > max_columns_) return;
    TableDraft table;
    table.name = table_names_->Take(
        Singular(tables_.front().name) + "_" + JoinedName(array.path), "items");
    FillSource(&table);
    table.each = array.path;
    table.parent = 0;
    DraftParent(tables_.front(), &table);
    ColumnDraft position;
    position.from = ColumnFrom::kPosition;
    position.type = ColumnType::kInteger;
    position.may_mismatch = false;
    table.primary_key = table.parent_columns;
    table.primary_key.push_back(
        Put(std::move(position), kPositionName, &table));
    DraftFields(items, {}, array.field->item_count, ColumnFrom::kPath, &table);
    table.comment = Spaced(array.field->item_count) + " items of " +
                    Spaced(array.field->count(Seen::kArray)) + " arrays" +
                    table.comment;
    for (ColumnDraft& column : tables_.front().columns) {
      if (column.path == array.path && column.from == ColumnFrom::kPath) {
        column.comment += "; its items are also rows of " + table.name +
                          R"(, so "drop" may name it here)";
      }
    }
    tables_.push_back(std::move(table));
  }

  const SampledRecords& sample_;
  const size_t max_columns_;
  NameSet* table_names_;
  size_t used_columns_ = 0;
  std::vector<TableDraft> tables_;
  std::vector<Path> taken_;
  std::vector<Array> arrays_;
};

}  // namespace

bool TableDraft::IsKey(size_t column) const {
  return std::find(primary_key.begin(), primary_key.end(), column) !=
         primary_key.end();
}

std::vector<TableDraft> DraftTables(const SampledRecords& sample,
                                    std::string_view name, size_t max_columns,
                                    NameSet* table_names) {
  return Drafter(sample, max_columns, table_names).Draft(name);
}

}  // namespace ferrite::internal
