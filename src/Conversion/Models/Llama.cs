using LoraDiff.Conversion.Attention;
using LoraDiff.Conversion.Checkpoints;
using LoraDiff.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace LoraDiff.Conversion.Models;

// Shape letters: T rows of the stream, D hidden size, H query heads, K key/value heads, d head width, N selected rows, V vocabulary.

/// <summary>Llama 1 to 3 and Mistral without a window: grouped heads; biases on all of attention, or on all of the MLP, only if the configuration says so.</summary>
internal sealed class LlamaModel : CausalModel
{
    public static ModelFamily Family { get; } = new((config, weights) => new LlamaModel(config, weights))
    {
        Architecture = "LlamaForCausalLM",
        TakesAttentionBias = true,
        TakesMlpBias = true,
        KeyValueHeadsDefaultToHeads = true,
        DefaultMaxPositions = 2048,
    };

    public static ModelFamily MistralFamily { get; } = new((config, weights) => new LlamaModel(config, weights))
    {
        Architecture = "MistralForCausalLM",
        DefaultMaxPositions = 131_072,
    };

    private readonly Decoder _model;
    private nn.Module<Tensor, Tensor> _head;

    private LlamaModel(ModelConfig config, WeightSource weights)
        : base(nameof(LlamaModel), config, weights)
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

        public Attention(ModelConfig config, WeightSource weights, int layer)
            : base(nameof(Attention))
        {
            (_layer, _width) = (layer, config.HeadDim);
            _query = weights.Linear(this, "q_proj", config.HiddenSize, config.Heads * _width, config.QueryKeyValueBias);
            _key = weights.Linear(this, "k_proj", config.HiddenSize, config.KeyValueHeads * _width, config.QueryKeyValueBias);
            _value = weights.Linear(this, "v_proj", config.HiddenSize, config.KeyValueHeads * _width, config.QueryKeyValueBias);
            _output = weights.Linear(this, "o_proj", config.Heads * _width, config.HiddenSize, config.OutputBias);
        }

        public Tensor Forward(Tensor x, RotaryRows rotary, AttentionPlan plan)
        {
            using var scope = NewDisposeScope();
            var query = Rotate(_query.forward(x), rotary); // [T, H, d]
            var key = Rotate(_key.forward(x), rotary);     // [T, K, d]
            var value = _value.forward(x).view(x.size(0), -1, _width);
            var mixed = plan.Attend(_layer, query, key, value, 1 / Math.Sqrt(_width));
            return _output.forward(mixed.reshape(x.size(0), -1)).MoveToOuterDisposeScope();
        }

        private Tensor Rotate(Tensor projected, RotaryRows rotary)
            => FusedOps.Current.Rotary(projected.view(projected.size(0), -1, _width), rotary.Cos, rotary.Sin);
    }

    private sealed class Mlp : Block
    {
        private nn.Module<Tensor, Tensor> _gate;
        private nn.Module<Tensor, Tensor> _up;
        private nn.Module<Tensor, Tensor> _down;

        public Mlp(ModelConfig config, WeightSource weights)
            : base(nameof(Mlp))
        {
            _gate = weights.Linear(this, "gate_proj", config.HiddenSize, config.IntermediateSize, config.MlpBias);
            _up = weights.Linear(this, "up_proj", config.HiddenSize, config.IntermediateSize, config.MlpBias);
            _down = weights.Linear(this, "down_proj", config.IntermediateSize, config.HiddenSize, config.MlpBias);
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
