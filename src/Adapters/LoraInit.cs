namespace LoraDiff.Adapters;

/// <summary>How fresh adapter factors are filled: PEFT's <c>init_lora_weights</c>.</summary>
public enum LoraInit
{
    /// <summary><c>true</c>: A uniform in ±1/√in, B zero (embeddings: A zero, B normal). The adapter starts as the identity.</summary>
    Default,

    /// <summary><c>false</c>: both factors random, so that the adapter changes the output at once. For tests.</summary>
    Random,

    /// <summary><c>"gaussian"</c>: A normal with standard deviation 1/r, B zero.</summary>
    Gaussian,

    /// <summary><c>"pissa"</c>: the r largest singular directions of the weight. The base stays as it is; the start is subtracted inside the layer, and the file is written as plain LoRA of rank 2r.</summary>
    Pissa,

    /// <summary><c>"olora"</c>: the first r columns of the weight's QR decomposition. The base stays as it is; the file is written as plain LoRA of rank 2r.</summary>
    Olora,

    /// <summary><c>"orthogonal"</c>: A and B with orthogonal rows and columns whose product is zero. Needs an even rank.</summary>
    Orthogonal,

    /// <summary><c>"eva"</c>: driven by data; such adapters can be loaded, not created.</summary>
    Eva,

    /// <summary><c>"mica"</c>: minor singular directions; such adapters can be loaded, not created.</summary>
    Mica,
}
