using LoraDiff.Conversion.Attention;
using LoraDiff.Conversion.Checkpoints;
using LoraDiff.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Models;

// Shape letters: T rows of the stream, D hidden size, H query heads, K key/value heads, d head width, N selected rows, V vocabulary.

/// <summary>Qwen3: grouped heads of a width of their own, each query and key head normed before rotation; biases only if the configuration says so.</summary>
internal sealed class Qwen3Model : CausalModel
{
    public static ModelFamily Family { get; } = new((config, weights) => new Qwen3Model(config, weights))
    {
        Architecture = "Qwen3ForCausalLM",
        TakesAttentionBias = true,
        WindowNeedsSwitch = true,
        DefaultHeadDim = 128,
    };

    private readonly Decoder _model;
    private nn.Module<Tensor, Tensor> _head;

    private Qwen3Model(ModelConfig config, WeightSource weights)
        : base(nameof(Qwen3Model), config, weights)
    {
        _model = weights.Child(this, "model", w => new Decoder(config, w));
        _head = weights.Head(this, "lm_head", (FrozenEmbedding)_model.Embedding);
    }

    public override int LayerCount => _model.Layers.Count;

    public override Tensor Embed(Tensor ids) => _model.Embedding.forward(ids).to(ComputeType);

    public override Tensor Layer(int index, Tensor hidden, RotaryRows rotary, AttentionPlan plan) => _model.Layers[index].Forward(hidden, rotary, plan);

    public override Tensor FinalNorm(Tensor hidden) => _model.Norm.forward(hidden);

    public override Tensor Head(Tensor hidden) => _head.forward(hidden);

    public override Tensor HeadLosses(Tensor hidden, Tensor targets) => TokenLosses(_head, hidden, targets);

    private sealed class Attention : Block
    {
        private readonly int _layer;
        private readonly int _width;
        private nn.Module<Tensor, Tensor> _query;
        private nn.Module<Tensor, Tensor> _key;
        private nn.Module<Tensor, Tensor> _value;
        private nn.Module<Tensor, Tensor> _output;
        private nn.Module<Tensor, Tensor> _queryNorm;
        private nn.Module<Tensor, Tensor> _keyNorm;

        public Attention(ModelConfig config, WeightSource weights, int layer)
            : base(nameof(Attention))
        {
            (_layer, _width) = (layer, config.HeadDim);
            _query = weights.Linear(this, "q_proj", config.HiddenSize, config.Heads * _width, config.QueryKeyValueBias);
            _key = weights.Linear(this, "k_proj", config.HiddenSize, config.KeyValueHeads * _width, config.QueryKeyValueBias);
            _value = weights.Linear(this, "v_proj", config.HiddenSize, config.KeyValueHeads * _width, config.QueryKeyValueBias);
            _output = weights.Linear(this, "o_proj", config.Heads * _width, config.HiddenSize, config.OutputBias);
            _queryNorm = weights.Norm(this, "q_norm", _width);
            _keyNorm = weights.Norm(this, "k_norm", _width);
        }

        public Tensor Forward(Tensor x, RotaryRows rotary, AttentionPlan plan)
        {
            using var scope = NewDisposeScope();
            var query = NormRotate(_queryNorm, _query.forward(x), rotary); // [T, H, d]
            var key = NormRotate(_keyNorm, _key.forward(x), rotary);       // [T, K, d]
            var value = _value.forward(x).view(x.size(0), -1, _width);
            var mixed = plan.Attend(_layer, query, key, value, 1 / Math.Sqrt(_width));
            return _output.forward(mixed.reshape(x.size(0), -1)).MoveToOuterDisposeScope();
        }

        private Tensor NormRotate(nn.Module<Tensor, Tensor> norm, Tensor projected, RotaryRows rotary)
        {
            var heads = projected.view(projected.size(0), -1, _width);
            return norm is RmsNorm own
                ? FusedOps.Current.NormRotary(heads, own.Weight, own.Epsilon, rotary.Cos, rotary.Sin)
                : FusedOps.Current.Rotary(norm.forward(heads), rotary.Cos, rotary.Sin);
        }
    }

    private sealed class Mlp : Block
    {
        private nn.Module<Tensor, Tensor> _gate;
        private nn.Module<Tensor, Tensor> _up;
        private nn.Module<Tensor, Tensor> _down;

        public Mlp(ModelConfig config, WeightSource weights)
            : base(nameof(Mlp))
        {
            _gate = weights.Linear(this, "gate_proj", config.HiddenSize, config.IntermediateSize, bias: false);
            _up = weights.Linear(this, "up_proj", config.HiddenSize, config.IntermediateSize, bias: false);
            _down = weights.Linear(this, "down_proj", config.IntermediateSize, config.HiddenSize, bias: false);
        }

        public Tensor Forward(Tensor x)
        {
            using var scope = NewDisposeScope();
            return _down.forward(FusedOps.Current.SwiGlu(_gate.forward(x), _up.forward(x))).MoveToOuterDisposeScope();
        }
    }

    private sealed class DecoderLayer : Block
    {
        private readonly Attention _attention;
        private readonly Mlp _mlp;
        private nn.Module<Tensor, Tensor> _attentionNorm;
        private nn.Module<Tensor, Tensor> _mlpNorm;

        public DecoderLayer(ModelConfig config, WeightSource weights, int layer)
            : base(nameof(DecoderLayer))
        {
            _attention = weights.Child(this, "self_attn", w => new Attention(config, w, layer));
            _mlp = weights.Child(this, "mlp", w => new Mlp(config, w));
            _attentionNorm = weights.Norm(this, "input_layernorm", config.HiddenSize);
            _mlpNorm = weights.Norm(this, "post_attention_layernorm", config.HiddenSize);
        }

        public Tensor Forward(Tensor x, RotaryRows rotary, AttentionPlan plan)
        {
            using var scope = NewDisposeScope();
            var mixed = x + _attention.Forward(_attentionNorm.forward(x), rotary, plan);
            return (mixed + _mlp.Forward(_mlpNorm.forward(mixed))).MoveToOuterDisposeScope();
        }
    }

    private sealed class Decoder : Block
    {
        public Decoder(ModelConfig config, WeightSource weights)
            : base(nameof(Decoder))
        {
            Embedding = weights.Embedding(this, "embed_tokens");
            Layers = weights.Layers(this, "layers", (w, layer) => new DecoderLayer(config, w, layer));
            Norm = weights.Norm(this, "norm", config.HiddenSize);
        }

        public nn.Module<Tensor, Tensor> Embedding { get; private set; }

        public ModuleList<DecoderLayer> Layers { get; }

        public nn.Module<Tensor, Tensor> Norm { get; private set; }
    }
}
