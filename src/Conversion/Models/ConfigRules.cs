using System.Text.Json;
using LoraDiff.Conversion.Checkpoints;

namespace LoraDiff.Conversion.Models;

/// <summary>
/// Which keys of a <c>config.json</c> may say what. A key that changes the arithmetic is implemented or refused, and so is a key that nobody here knows
/// when its value switches something on: guessing that it is harmless would give a model that is quietly wrong.
/// </summary>
internal static class ConfigRules
{
    // Implemented; ModelConfig reads and checks them.
    private static readonly HashSet<string> Implemented = new(StringComparer.Ordinal)
    {
        "model_type", "vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads", "num_key_value_heads", "head_dim",
        "rms_norm_eps", "tie_word_embeddings", "max_position_embeddings", "rope_theta", "rope_scaling", "rope_parameters", "partial_rotary_factor",
        "architectures", "hidden_act", "use_sliding_window", "sliding_window", "max_window_layers", "layer_types",
    };

    // About training, saving, serving or decoding: without effect on the forward pass of a decoder at inference.
    private static readonly HashSet<string> WithoutEffect = new(StringComparer.Ordinal)
    {
        "dtype", "torch_dtype", "transformers_version", "use_cache", "initializer_range", "attention_dropout", "hidden_dropout", "resid_pdrop", "attn_pdrop", "embd_pdrop",
        "bos_token_id", "eos_token_id", "pad_token_id", "sep_token_id", "unk_token_id", "decoder_start_token_id", "mask_token_id", "auto_map", "name_or_path", "attn_implementation",
        "output_attentions", "output_hidden_states", "return_dict", "return_dict_in_generate", "output_scores", "torchscript", "use_bfloat16", "tf_legacy_loss",
        "id2label", "label2id", "num_labels", "problem_type", "task_specific_params", "finetuning_task", "tokenizer_class", "prefix", "base_model_tp_plan", "base_model_pp_plan",
        "max_length", "min_length", "do_sample", "early_stopping", "num_beams", "num_beam_groups", "diversity_penalty", "temperature", "top_k", "top_p", "typical_p",
        "repetition_penalty", "length_penalty", "no_repeat_ngram_size", "encoder_no_repeat_ngram_size", "num_return_sequences", "bad_words_ids", "suppress_tokens", "begin_suppress_tokens",
        "forced_bos_token_id", "forced_eos_token_id", "remove_invalid_values", "exponential_decay_length_penalty", "chunk_size_feed_forward", "gradient_checkpointing",
        "tie_encoder_decoder", "pruned_heads", "unsloth_fixed", "unsloth_version", "unsloth_tiled_mlp", "model_name", "model_max_length", "max_sequence_length",
        "use_flash_attn", "pretraining_tp", "block_size", "bd_size",
    };

    public static void RefuseUnsupported(JsonConfig json, ModelFamily family, IReadOnlyCollection<string> ignoredKeys)
    {
        if (json.OptionalText("hidden_act") is { } act and not ("silu" or "swish"))
        {
            throw json.Refuse("hidden_act", $"activation '{act}' is not supported; supported is silu.");
        }

        if (json.Bool("use_sliding_window"))
        {
            throw json.Refuse("use_sliding_window", "sliding-window attention is not supported.");
        }

        if (json.Has("sliding_window") && !family.WindowNeedsSwitch)
        {
            throw json.Refuse("sliding_window", "sliding-window attention is not supported.");
        }

        if (json.OptionalTexts("layer_types")?.FirstOrDefault(t => t != "full_attention") is { } layerType)
        {
            throw json.Refuse("layer_types", $"layers of type '{layerType}' are not supported; supported is full_attention.");
        }

        if (json.OptionalTexts("architectures") is { Count: > 0 } classes && !classes.Contains(family.Architecture))
        {
            throw json.Refuse("architectures", $"expected {family.Architecture}: a causal language model with a head over the vocabulary.");
        }

        if (json.OptionalTexts("layer_types") is { } types && types.Count != json.Size("num_hidden_layers"))
        {
            throw json.Refuse("layer_types", $"it names {types.Count} layers where num_hidden_layers is {json.Size("num_hidden_layers")}.");
        }

        foreach (var (key, value) in json.Unread)
        {
            if (!IsAllowed(key, value, family) && !ignoredKeys.Contains(key))
            {
                throw json.Refuse(key, Explain(key));
            }
        }
    }

    private static bool IsAllowed(string key, JsonElement value, ModelFamily family)
        => Implemented.Contains(key)
            || WithoutEffect.Contains(key)
            || key == "attention_bias" && family.TakesAttentionBias
            || key == "mlp_bias" && family.TakesMlpBias
            || key.StartsWith('_')
            || IsOff(value);

    // null, false, empty: whatever the key means, it is switched off.
    private static bool IsOff(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Object => !value.EnumerateObject().Any(),
        _ => false,
    };

    private static string Explain(string key) => key switch
    {
        "quantization_config" or "quantization" or "compression_config" => "quantised checkpoints are not supported: use the unquantised one.",
        "num_experts" or "num_local_experts" or "n_routed_experts" or "num_experts_per_tok" or "moe_intermediate_size" or "decoder_sparse_step" or "mlp_only_layers"
            => "mixture-of-experts layers are not supported.",
        "attn_logit_softcapping" or "final_logit_softcapping" or "logits_scaling" or "logit_scale" => "changing logits after the product is not supported.",
        "embedding_multiplier" or "residual_multiplier" or "attention_multiplier" or "query_pre_attn_scalar" or "scale_emb" or "scale_depth" => "scaled embeddings, residuals or attention are not supported.",
        "attention_bias" or "mlp_bias" => "this model type has no such biases.",
        "is_decoder" or "add_cross_attention" or "is_encoder_decoder" => "only decoder-only models are supported.",
        _ => "this key is not known here and may change the model's arithmetic; list it in ModelLoadOptions.IgnoredConfigKeys if you know that it does not.",
    };
}
