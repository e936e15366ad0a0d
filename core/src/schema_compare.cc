#include "schema_compare.h"

#include <algorithm>
#include <cstring>

#include "malformed.h"
#include "number.h"
#include "schema_number.h"
#include "text_forms.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace ferrite::internal {
namespace {

constexpr int kMaxCompareDepth = 600;

uint64_t Mix(uint64_t hash, uint64_t more) {
  hash ^= more + 0x9e3779b97f4a7c15u + (hash << 6) + (hash >> 2);
  hash *= 0xff51afd7ed558ccdu;
  return hash ^ (hash >> 32);
}

uint64_t HashText(std::string_view text) {
  return XXH3_64bits(text.data(), text.size());
}

bool IsNumber(Kind kind) {
  return kind == Kind::kInteger || kind == Kind::kDouble ||
         kind == Kind::kBigInt;
}

bool IsText(Kind kind) { return kind == Kind::kString || kind == Kind::kBytes; }

bool IsList(Kind kind) { return kind == Kind::kArray || kind == Kind::kMap; }

// A map is shown as an array of pairs; its items follow each other as those of
// arrays of two do.
bool NextElement(const Item& list, Reader* reader, Item* item) {
  if (list.kind == Kind::kArray) return reader->Next(item);
  *item = Item();
  item->kind = Kind::kArray;
  item->count = 2;
  return true;
}

std::string Name(const Item& item) {
  return item.kind == Kind::kString ? std::string(AsText(item.bytes))
                                    : WellFormed(AsText(item.bytes));
}

bool SameName(const Item& a, const Item& b) {
  if (a.kind == Kind::kString && b.kind == Kind::kString) {
    return AsText(a.bytes) == AsText(b.bytes);
  }
  return Name(a) == Name(b);
}

}  // namespace

bool SchemaCompare::Spend() {
  if (steps_ == nullptr) return true;
  if (*steps_ == 0) return false;
  --*steps_;
  return true;
}

bool SchemaCompare::Equal(const Item& a, Reader inside_a, const Item& b,
                          Reader inside_b) {
  if (!Spend()) return false;
  if (IsNumber(a.kind)) return IsNumber(b.kind) && CompareNumbers(a, b) == 0;
  if (IsText(a.kind)) {
    return IsText(b.kind) && TextOf(a, &text_a_) == TextOf(b, &text_b_);
  }
  if (IsList(a.kind)) {
    return IsList(b.kind) && a.count == b.count &&
           EqualItems(a, &inside_a, b, &inside_b);
  }
  if (a.kind != b.kind) return false;
  if (a.kind == Kind::kBool) return a.boolean == b.boolean;
  return a.kind != Kind::kObject || EqualMembers(a, inside_a, b, inside_b);
}

bool SchemaCompare::EqualItems(const Item& a, Reader* inside_a, const Item& b,
                               Reader* inside_b) {
  for (uint64_t i = 0; i < a.count; ++i) {
    Item item_a, item_b;
    if (!NextElement(a, inside_a, &item_a) ||
        !NextElement(b, inside_b, &item_b)) {
      return view_->Fail(inside_a->error());
    }
    if (!OpenEqual(&item_a, inside_a, &item_b, inside_b)) return false;
  }
  return true;
}

// Opens both, compares them and leaves the readers behind them.
bool SchemaCompare::OpenEqual(Item* a, Reader* reader_a, Item* b,
                              Reader* reader_b) {
  if (++depth_ > kMaxCompareDepth) {
    --depth_;
    return view_->Fail(
        Malformed(reader_a->offset(), "something nested too deep"));
  }
  Reader elsewhere_a{Bytes()}, elsewhere_b{Bytes()};
  SchemaView::Opened opened_a, opened_b;
  std::string text_a, text_b;
  bool equal = view_->Open(a, reader_a, &elsewhere_a, &text_a, &opened_a) &&
               view_->Open(b, reader_b, &elsewhere_b, &text_b, &opened_b) &&
               Equal(*a, *opened_a.contents, *b, *opened_b.contents);
  equal = equal && view_->Pass(*a, opened_a.contents) &&
          view_->Pass(*b, opened_b.contents);
  view_->Close(opened_a);
  --depth_;
  return equal;
}

uint64_t SchemaCompare::CountMembers(const Item& object, Reader inside) {
  uint64_t members = 0;
  for (uint64_t i = 0; i < object.count; ++i) {
    Item name, value;
    if (!inside.Next(&name) || !inside.Next(&value)) break;
    members += value.kind != Kind::kUndefined;
    if (!view_->Pass(value, &inside)) break;
  }
  return members;
}

bool SchemaCompare::EqualMembers(const Item& a, Reader inside_a, const Item& b,
                                 Reader inside_b) {
  if (CountMembers(a, inside_a) != CountMembers(b, inside_b)) return false;
  Reader next_b = inside_b;  // where the next name most likely is
  uint64_t left_b = b.count;
  for (uint64_t i = 0; i < a.count; ++i) {
    Item name_a, value_a;
    if (!inside_a.Next(&name_a) || !inside_a.Next(&value_a)) return false;
    if (value_a.kind == Kind::kUndefined) continue;
    bool found = false;
    for (uint64_t tried = 0; !found && tried < b.count; ++tried) {
      if (left_b == 0) {
        next_b = inside_b;
        left_b = b.count;
      }
      --left_b;
      Item name_b, value_b;
      if (!Spend() || !next_b.Next(&name_b) || !next_b.Next(&value_b)) {
        return false;
      }
      found = value_b.kind != Kind::kUndefined && SameName(name_a, name_b);
      if (!found) {
        if (!view_->Pass(value_b, &next_b)) return false;
      } else if (!OpenEqual(&value_a, &inside_a, &value_b, &next_b)) {
        return false;
      }
    }
    if (!found) return false;
  }
  return true;
}

bool SchemaCompare::Hash(Item item, Reader* reader, uint64_t* hash) {
  if (!Spend()) return false;
  if (++depth_ > kMaxCompareDepth) {
    --depth_;
    return view_->Fail(
        Malformed(reader->offset(), "something nested too deep"));
  }
  Reader elsewhere{Bytes()};
  SchemaView::Opened opened;
  std::string text;
  if (!view_->Open(&item, reader, &elsewhere, &text, &opened)) {
    --depth_;
    return false;
  }
  bool ok = true;
  if (IsNumber(item.kind)) {
    *hash = Mix(1, BitsOf(NearDouble(item) + 0.0));
  } else if (IsText(item.kind)) {
    *hash = Mix(2, HashText(TextOf(item, &text)));
  } else if (item.kind == Kind::kObject) {
    ok = HashMembers(item, opened.contents, hash);
  } else if (IsList(item.kind)) {
    *hash = Mix(3, item.count);
    for (uint64_t i = 0; ok && i < item.count; ++i) {
      Item element;
      uint64_t more = 0;
      ok = NextElement(item, opened.contents, &element) &&
           Hash(element, opened.contents, &more);
      *hash = Mix(*hash, more);
    }
  } else {
    *hash = item.kind == Kind::kNull ? 5 : item.boolean ? 6 : 7;
  }
  view_->Close(opened);
  --depth_;
  return ok;
}

bool SchemaCompare::HashMembers(const Item& object, Reader* reader,
                                uint64_t* hash) {
  *hash = 4;
  for (uint64_t i = 0; i < object.count; ++i) {
    Item name, value;
    if (!reader->Next(&name) || !reader->Next(&value)) {
      return view_->Fail(reader->error());
    }
    if (value.kind == Kind::kUndefined) continue;
    const uint64_t name_hash = name.kind == Kind::kString
                                   ? HashText(AsText(name.bytes))
                                   : HashText(Name(name));
    uint64_t value_hash;
    if (!Hash(value, reader, &value_hash)) return false;
    *hash += Mix(name_hash, value_hash);  // in whatever order
  }
  return true;
}

bool SchemaCompare::AllDiffer(const Item& array, Reader inside) {
  std::vector<Element>& elements = elements_;
  elements.clear();
  for (uint64_t i = 0; i < array.count; ++i) {
    Item item;
    if (!NextElement(array, &inside, &item)) {
      return view_->Fail(inside.error());
    }
    elements.push_back({0, item, inside});
    if (!Hash(item, &inside, &elements.back().hash)) return false;
  }
  std::sort(elements.begin(), elements.end(),
            [](const Element& a, const Element& b) { return a.hash < b.hash; });
  for (size_t i = 0; i < elements.size(); ++i) {
    for (size_t k = i + 1;
         k < elements.size() && elements[k].hash == elements[i].hash; ++k) {
      Item a = elements[i].item, b = elements[k].item;
      Reader inside_a = elements[i].inside, inside_b = elements[k].inside;
      if (OpenEqual(&a, &inside_a, &b, &inside_b)) return false;
    }
  }
  return true;
}

}  // namespace ferrite::internal
