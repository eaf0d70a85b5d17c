using System.Text.Json;

namespace LoraDiff.Tokenizers.ChatTemplates;

/// <summary>Finds a checkpoint's chat template and special tokens.</summary>
internal static class TemplateFolder
{
    private static readonly string[] TokenNames = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    public static (string Source, string File, IReadOnlyDictionary<string, object?> Variables) Read(string folder, string name)
    {
        var variables = new Dictionary<string, object?>(StringComparer.Ordinal);
        var config = Path.Combine(folder, "tokenizer_config.json");
        string? source = null;
        if (File.Exists(config))
        {
            try
            {
                using var json = JsonDocument.Parse(File.ReadAllBytes(config));
                ReadTokens(json.RootElement, variables);
                source = Template(json.RootElement, name);
            }
            catch (JsonException e)
            {
                throw new ChatTemplateException($"{config} is not valid JSON: {e.Message}", e);
            }
            catch (Exception e) when (e is InvalidOperationException or KeyNotFoundException)
            {
                throw new ChatTemplateException($"{config} is not what was expected: a JSON object, whose special tokens are text or objects with text as \"content\", and whose chat_template is text or a list of objects with \"name\" and \"template\". {e.Message}", e);
            }
        }

        var file = name == "default" ? Path.Combine(folder, "chat_template.jinja") : Path.Combine(folder, "chat_templates", name + ".jinja");
        return File.Exists(file) ? (File.ReadAllText(file), file, variables)
            : (source ?? throw new ChatTemplateException(
                ChatTemplateError.Loader, $"There is no chat template '{name}' in '{folder}': neither {Path.GetFileName(file)} nor one in tokenizer_config.json."), config, variables);
    }

    private static void ReadTokens(JsonElement config, Dictionary<string, object?> variables)
    {
        foreach (var name in TokenNames)
        {
            if (!config.TryGetProperty(name, out var token))
            {
                continue;
            }

            if (token.ValueKind == JsonValueKind.String)
            {
                variables[name] = token.GetString();
            }
            else if (token.ValueKind == JsonValueKind.Object && token.TryGetProperty("content", out var content))
            {
                variables[name] = content.GetString();
            }
        }
    }

    private static string? Template(JsonElement config, string name)
    {
        if (!config.TryGetProperty("chat_template", out var template))
        {
            return null;
        }

        if (template.ValueKind == JsonValueKind.String)
        {
            return name == "default" ? template.GetString() : null;
        }

        return template.ValueKind == JsonValueKind.Array
            ? template.EnumerateArray().Where(entry => entry.GetProperty("name").GetString() == name).Select(entry => entry.GetProperty("template").GetString()).FirstOrDefault()
            : null;
    }
}
