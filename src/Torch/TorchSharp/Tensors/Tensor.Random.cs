namespace TorchSharp;

public static partial class torch
{
    public static Tensor bernoulli(Tensor input, Generator? generator = null) => input.bernoulli(generator);

    public static Tensor multinomial(Tensor input, long num_samples, bool replacement = false, Generator? generator = null) => input.multinomial(num_samples, replacement, generator);

    public static Tensor poisson(Tensor input, Generator? generator = null) => input.poisson(generator);

    public partial class Tensor
    {
        public Tensor bernoulli(Generator? generator = null) => Ops.Bernoulli.Tensor(this, generator);

        public Tensor bernoulli_(double p = 0.5, Generator? generator = null)
        {
            Ops.BernoulliInPlace_float.Call(this, p, generator);
            return this;
        }

        public Tensor bernoulli_(Tensor p, Generator? generator = null)
        {
            Ops.BernoulliInPlace_Tensor.Call(this, p, generator);
            return this;
        }

        public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null) => Ops.Multinomial.Tensor(this, num_samples, replacement, generator);

        public Tensor normal_(double mean = 0.0, double std = 1.0, Generator? generator = null)
        {
            Ops.NormalInPlace.Call(this, mean, std, generator);
            return this;
        }

        public Tensor uniform_(double from, double to, Generator? generator = null)
        {
            Ops.UniformInPlace.Call(this, from, to, generator);
            return this;
        }

        public Tensor exponential_(double lambda = 1.0, Generator? generator = null)
        {
            Ops.ExponentialInPlace.Call(this, lambda, generator);
            return this;
        }

        public Tensor random_(double from, double to, Generator? generator = null)
        {
            Ops.RandomInPlace_from.Call(this, (long)from, (long)to, generator);
            return this;
        }

        public Tensor geometric_(double p, Generator? generator = null)
        {
            Ops.GeometricInPlace.Call(this, p, generator);
            return this;
        }

        public Tensor cauchy_(double median = 0.0, double sigma = 1.0, Generator? generator = null)
        {
            Ops.CauchyInPlace.Call(this, median, sigma, generator);
            return this;
        }

        public Tensor log_normal_(double mean = 0.0, double std = 1.0, Generator? generator = null)
        {
            Ops.LogNormalInPlace.Call(this, mean, std, generator);
            return this;
        }

        public Tensor poisson(Generator? generator = null) => Ops.Poisson.Tensor(this, generator);
    }
}
