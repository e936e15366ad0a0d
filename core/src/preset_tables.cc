#include "preset_tables.h"

#include <string>

#include "ferrite/plan.h"
#include "layout_names.h"
#include "plan_json.h"
#include "preset_pattern.h"

namespace ferrite::internal {
namespace {

using Type = JsonValue::Type;

// Parse has seen to it that every template is whole.
Captures Ones(const std::string& text) {
  std::string reason;
  Captures captures;
  for (std::string& name :
       TemplateNames(text, &reason).value_or(std::vector<std::string>{})) {
    captures.emplace(std::move(name), "1");
  }
  return captures;
}

void FillTexts(JsonValue* value) {
  if (value->Is(Type::kString))
    value->text = Fill(value->text, Ones(value->text));
  for (JsonValue& item : value->items) FillTexts(&item);
}

bool IsInferred(std::string_view member, const JsonValue& value) {
  return member == "columns" && value.Is(Type::kString);
}

JsonValue Text(std::string text) {
  JsonValue value;
  value.type = Type::kString;
  value.text = std::move(text);
  return value;
}

}  // namespace

Result<void> CheckPresetTables(const Preset& preset) {
  if (preset.tables.empty()) return {};
  TableNames names;
  std::string plan = R"({"ferrite":1,"name":"preset","tables":[)";
  for (size_t i = 0; i < preset.tables.size(); ++i) {
    JsonValue members = preset.tables[i].members;
    FillTexts(&members);
    if (i > 0) plan += ',';
    plan += R"({"from":{"indexedDB":"1","store":"1"})";
    for (size_t j = 0; j < members.names.size(); ++j) {
      const std::string& name = members.names[j];
      JsonValue& value = members.items[j];
      if (IsInferred(name, value)) continue;
      if (name == "name") value = Text(names.Take(value.text));
      plan += ',';
      AppendJson(Text(name), &plan);
      plan += ':';
      AppendJson(value, &plan);
    }
    plan += '}';
  }
  plan += "]}";
  auto parsed = Plan::Parse(plan);
  if (!parsed.ok()) return parsed.error();
  return {};
}

}  // namespace ferrite::internal
