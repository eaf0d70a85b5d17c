namespace TorchSharp;

public static partial class torch
{
    public static Tensor abs(Tensor input) => input.abs();

    public static Tensor abs_(Tensor input) => input.abs_();

    public static Tensor acos(Tensor input) => input.acos();

    public static Tensor acos_(Tensor input) => input.acos_();

    public static Tensor acosh(Tensor input) => input.acosh();

    public static Tensor acosh_(Tensor input) => input.acosh_();

    public static Tensor asin(Tensor input) => input.asin();

    public static Tensor asin_(Tensor input) => input.asin_();

    public static Tensor asinh(Tensor input) => input.asinh();

    public static Tensor asinh_(Tensor input) => input.asinh_();

    public static Tensor atan(Tensor input) => input.atan();

    public static Tensor atan_(Tensor input) => input.atan_();

    public static Tensor atanh(Tensor input) => input.atanh();

    public static Tensor atanh_(Tensor input) => input.atanh_();

    public static Tensor ceil(Tensor input) => input.ceil();

    public static Tensor ceil_(Tensor input) => input.ceil_();

    public static Tensor cos(Tensor input) => input.cos();

    public static Tensor cos_(Tensor input) => input.cos_();

    public static Tensor cosh(Tensor input) => input.cosh();

    public static Tensor cosh_(Tensor input) => input.cosh_();

    public static Tensor deg2rad(Tensor input) => input.deg2rad();

    public static Tensor deg2rad_(Tensor input) => input.deg2rad_();

    public static Tensor digamma(Tensor input) => input.digamma();

    public static Tensor digamma_(Tensor input) => input.digamma_();

    public static Tensor erf(Tensor input) => input.erf();

    public static Tensor erf_(Tensor input) => input.erf_();

    public static Tensor erfc(Tensor input) => input.erfc();

    public static Tensor erfc_(Tensor input) => input.erfc_();

    public static Tensor erfinv(Tensor input) => input.erfinv();

    public static Tensor erfinv_(Tensor input) => input.erfinv_();

    public static Tensor exp(Tensor input) => input.exp();

    public static Tensor exp_(Tensor input) => input.exp_();

    public static Tensor exp2(Tensor input) => input.exp2();

    public static Tensor exp2_(Tensor input) => input.exp2_();

    public static Tensor expm1(Tensor input) => input.expm1();

    public static Tensor expm1_(Tensor input) => input.expm1_();

    public static Tensor floor(Tensor input) => input.floor();

    public static Tensor floor_(Tensor input) => input.floor_();

    public static Tensor frac(Tensor input) => input.frac();

    public static Tensor frac_(Tensor input) => input.frac_();

    public static Tensor lgamma(Tensor input) => input.lgamma();

    public static Tensor lgamma_(Tensor input) => input.lgamma_();

    public static Tensor log(Tensor input) => input.log();

    public static Tensor log_(Tensor input) => input.log_();

    public static Tensor log10(Tensor input) => input.log10();

    public static Tensor log10_(Tensor input) => input.log10_();

    public static Tensor log1p(Tensor input) => input.log1p();

    public static Tensor log1p_(Tensor input) => input.log1p_();

    public static Tensor log2(Tensor input) => input.log2();

    public static Tensor log2_(Tensor input) => input.log2_();

    public static Tensor logical_not(Tensor input) => input.logical_not();

    public static Tensor neg(Tensor input) => input.neg();

    public static Tensor neg_(Tensor input) => input.neg_();

    public static Tensor rad2deg(Tensor input) => input.rad2deg();

    public static Tensor rad2deg_(Tensor input) => input.rad2deg_();

    public static Tensor reciprocal(Tensor input) => input.reciprocal();

    public static Tensor reciprocal_(Tensor input) => input.reciprocal_();

    public static Tensor rsqrt(Tensor input) => input.rsqrt();

    public static Tensor rsqrt_(Tensor input) => input.rsqrt_();

    public static Tensor sgn(Tensor input) => input.sgn();

    public static Tensor sgn_(Tensor input) => input.sgn_();

    public static Tensor sigmoid(Tensor input) => input.sigmoid();

    public static Tensor sigmoid_(Tensor input) => input.sigmoid_();

    public static Tensor sign(Tensor input) => input.sign();

    public static Tensor sign_(Tensor input) => input.sign_();

    public static Tensor sin(Tensor input) => input.sin();

    public static Tensor sin_(Tensor input) => input.sin_();

    public static Tensor sinc(Tensor input) => input.sinc();

    public static Tensor sinc_(Tensor input) => input.sinc_();

    public static Tensor sinh(Tensor input) => input.sinh();

    public static Tensor sinh_(Tensor input) => input.sinh_();

    public static Tensor sqrt(Tensor input) => input.sqrt();

    public static Tensor sqrt_(Tensor input) => input.sqrt_();

    public static Tensor tan(Tensor input) => input.tan();

    public static Tensor tan_(Tensor input) => input.tan_();

    public static Tensor tanh(Tensor input) => input.tanh();

    public static Tensor tanh_(Tensor input) => input.tanh_();

    public static Tensor trunc(Tensor input) => input.trunc();

    public static Tensor trunc_(Tensor input) => input.trunc_();

    public static Tensor bitwise_not(Tensor input) => input.bitwise_not();

    public static Tensor bitwise_not_(Tensor input) => input.bitwise_not_();

    public static Tensor angle(Tensor input) => input.angle();

    public static Tensor signbit(Tensor input) => input.signbit();

    public static Tensor positive(Tensor input) => input.positive();

    public static Tensor isinf(Tensor tensor) => tensor.isinf();

    public static Tensor isfinite(Tensor tensor) => tensor.isfinite();

    public static Tensor isposinf(Tensor tensor) => tensor.isposinf();

    public static Tensor isneginf(Tensor tensor) => tensor.isneginf();

    public static Tensor isnan(Tensor input) => input.isnan();

    public static Tensor isreal(Tensor tensor) => tensor.isreal();

    public static Tensor arccosh(Tensor input) => input.arccosh();

    public static Tensor arcsinh(Tensor input) => input.arcsinh();

    public static Tensor arctanh(Tensor input) => input.arctanh();

    public static Tensor arctan2(Tensor input, Tensor other) => input.arctan2(other);

    public static Tensor fix_(Tensor input) => input.fix_();

    public static Tensor arcsin_(Tensor input) => input.arcsin_();

    public static Tensor arccos_(Tensor input) => input.arccos_();

    public static Tensor arctan_(Tensor input) => input.arctan_();

    public static Tensor float_power(Tensor input, Tensor target) => input.float_power(target);

    public static Tensor float_power_(Tensor input, Tensor target) => input.float_power_(target);

    public static Tensor i0(Tensor input) => input.i0();

    public static Tensor i0_(Tensor input) => input.i0_();

    public static Tensor nextafter(Tensor input, Tensor other) => input.nextafter(other);

    public static Tensor nextafter_(Tensor input, Tensor other) => input.nextafter_(other);

    public static (Tensor Mantissa, Tensor Exponent) frexp(Tensor input) => input.frexp();

    public static Tensor ldexp(Tensor input, Tensor other) => input.ldexp(other);

    public static Tensor conj(Tensor input) => input.conj();

    public static Tensor resolve_conj(Tensor input) => input.resolve_conj();

    public static Tensor gcd(Tensor left, Tensor right) => left.gcd(right);

    public static Tensor gcd_(Tensor left, Tensor right) => left.gcd_(right);

    public static Tensor lcm(Tensor input, Tensor other) => input.lcm(other);

    public static Tensor lcm_(Tensor input, Tensor other) => input.lcm_(other);

    public static Tensor logit_(Tensor input, double? eps = null) => input.logit_(eps);

    public static Tensor bitwise_left_shift(Tensor left, Tensor right) => left.bitwise_left_shift(right);

    public static Tensor bitwise_right_shift(Tensor left, Tensor right) => left.bitwise_right_shift(right);

    public static Tensor absolute(Tensor input) => input.absolute();

    public static Tensor absolute_(Tensor input) => input.absolute_();

    public static Tensor arccos(Tensor input) => input.arccos();

    public static Tensor arcsin(Tensor input) => input.arcsin();

    public static Tensor arctan(Tensor input) => input.arctan();

    public static Tensor negative(Tensor input) => input.negative();

    public static Tensor fix(Tensor input) => input.fix();

    public static Tensor square(Tensor input) => input.square();

    public static Tensor round(Tensor input, long decimals = 0L) => input.round(decimals);

    public static Tensor round_(Tensor input, long decimals = 0L) => input.round_(decimals);

    public static Tensor add(Tensor left, Tensor right) => left.add(right);

    public static Tensor add_(Tensor left, Tensor right) => left.add_(right);

    public static Tensor add(Tensor left, Tensor right, Scalar alpha) => left.add(right, alpha);

    public static Tensor add_(Tensor left, Tensor right, Scalar alpha) => left.add_(right, alpha);

    public static Tensor add(Tensor left, Scalar right) => left.add(right);

    public static Tensor add_(Tensor left, Scalar right) => left.add_(right);

    public static Tensor add(Tensor left, Scalar right, Scalar alpha) => left.add(right, alpha);

    public static Tensor add_(Tensor left, Scalar right, Scalar alpha) => left.add_(right, alpha);

    public static Tensor sub(Tensor left, Tensor right) => left.sub(right);

    public static Tensor sub_(Tensor left, Tensor right) => left.sub_(right);

    public static Tensor sub(Tensor left, Scalar right) => left.sub(right);

    public static Tensor sub_(Tensor left, Scalar right) => left.sub_(right);

    public static Tensor subtract(Tensor left, Tensor right) => left.subtract(right);

    public static Tensor subtract(Tensor left, Scalar right) => left.subtract(right);

    public static Tensor subtract_(Tensor left, Tensor right) => left.subtract_(right);

    public static Tensor subtract_(Tensor left, Scalar right) => left.subtract_(right);

    public static Tensor mul(Tensor left, Tensor right) => left.mul(right);

    public static Tensor mul_(Tensor left, Tensor right) => left.mul_(right);

    public static Tensor mul(Tensor left, Scalar right) => left.mul(right);

    public static Tensor mul_(Tensor left, Scalar right) => left.mul_(right);

    public static Tensor multiply(Tensor left, Tensor right) => left.multiply(right);

    public static Tensor multiply(Tensor left, Scalar right) => left.multiply(right);

    public static Tensor addcmul(Tensor input, Tensor tensor1, Tensor tensor2, Scalar value) => input.addcmul(tensor1, tensor2, value);

    public static Tensor addcmul_(Tensor input, Tensor tensor1, Tensor tensor2, Scalar value) => input.addcmul_(tensor1, tensor2, value);

    public static Tensor addcdiv(Tensor input, Tensor tensor1, Tensor tensor2, Scalar value) => input.addcdiv(tensor1, tensor2, value);

    public static Tensor addcdiv_(Tensor input, Tensor tensor1, Tensor tensor2, Scalar value) => input.addcdiv_(tensor1, tensor2, value);

    public static Tensor pow(Tensor left, Tensor exponent) => left.pow(exponent);

    public static Tensor pow_(Tensor left, Tensor exponent) => left.pow_(exponent);

    public static Tensor pow(Tensor left, Scalar exponent) => left.pow(exponent);

    public static Tensor pow_(Tensor left, Scalar exponent) => left.pow_(exponent);

    public static Tensor remainder(Tensor left, Tensor right) => left.remainder(right);

    public static Tensor remainder_(Tensor left, Tensor right) => left.remainder_(right);

    public static Tensor remainder(Tensor left, Scalar right) => left.remainder(right);

    public static Tensor remainder_(Tensor left, Scalar right) => left.remainder_(right);

    public static Tensor fmod(Tensor left, Tensor right) => left.fmod(right);

    public static Tensor fmod_(Tensor left, Tensor right) => left.fmod_(right);

    public static Tensor fmod(Tensor left, Scalar right) => left.fmod(right);

    public static Tensor fmod_(Tensor left, Scalar right) => left.fmod_(right);

    public static Tensor floor_divide(Tensor input, Tensor other) => input.floor_divide(other);

    public static Tensor floor_divide_(Tensor input, Tensor other) => input.floor_divide_(other);

    public static Tensor true_divide(Tensor dividend, Tensor divisor) => dividend.true_divide(divisor);

    public static Tensor true_divide_(Tensor dividend, Tensor divisor) => dividend.true_divide_(divisor);

    public static Tensor atan2(Tensor input, Tensor other) => input.atan2(other);

    public static Tensor atan2_(Tensor input, Tensor other) => input.atan2_(other);

    public static Tensor maximum(Tensor input, Tensor other) => input.maximum(other);

    public static Tensor minimum(Tensor input, Tensor other) => input.minimum(other);

    public static Tensor fmax(Tensor input, Tensor other) => input.fmax(other);

    public static Tensor fmin(Tensor input, Tensor other) => input.fmin(other);

    public static Tensor copysign(Tensor input, Tensor other) => input.copysign(other);

    public static Tensor copysign_(Tensor input, Tensor other) => input.copysign_(other);

    public static Tensor heaviside(Tensor input, Tensor values) => input.heaviside(values);

    public static Tensor heaviside_(Tensor input, Tensor values) => input.heaviside_(values);

    public static Tensor hypot(Tensor left, Tensor right) => left.hypot(right);

    public static Tensor logaddexp(Tensor left, Tensor right) => left.logaddexp(right);

    public static Tensor logaddexp2(Tensor left, Tensor right) => left.logaddexp2(right);

    public static Tensor logical_and(Tensor left, Tensor right) => left.logical_and(right);

    public static Tensor logical_and_(Tensor left, Tensor right) => left.logical_and_(right);

    public static Tensor logical_or(Tensor left, Tensor right) => left.logical_or(right);

    public static Tensor logical_or_(Tensor left, Tensor right) => left.logical_or_(right);

    public static Tensor logical_xor(Tensor left, Tensor right) => left.logical_xor(right);

    public static Tensor logical_xor_(Tensor left, Tensor right) => left.logical_xor_(right);

    public static Tensor bitwise_and(Tensor left, Tensor right) => left.bitwise_and(right);

    public static Tensor bitwise_and_(Tensor left, Tensor right) => left.bitwise_and_(right);

    public static Tensor bitwise_or(Tensor left, Tensor right) => left.bitwise_or(right);

    public static Tensor bitwise_or_(Tensor left, Tensor right) => left.bitwise_or_(right);

    public static Tensor bitwise_xor(Tensor left, Tensor right) => left.bitwise_xor(right);

    public static Tensor bitwise_xor_(Tensor left, Tensor right) => left.bitwise_xor_(right);

    public static Tensor xlogy(Tensor x, Tensor y) => x.xlogy(y);

    public static Tensor xlogy_(Tensor x, Tensor y) => x.xlogy_(y);

    public static Tensor xlogy(Tensor x, Scalar y) => x.xlogy(y);

    public static Tensor xlogy_(Tensor x, Scalar y) => x.xlogy_(y);

    public static Tensor lerp(Tensor input, Tensor end, Tensor weight) => input.lerp(end, weight);

    public static Tensor clamp(Tensor input, Scalar? min = null, Scalar? max = null) => input.clamp(min, max);

    public static Tensor clamp(Tensor input, Tensor? min = null, Tensor? max = null) => input.clamp(min, max);

    public static Tensor clip(Tensor input, Scalar? min = null, Scalar? max = null) => input.clip(min, max);

    public static Tensor clamp_(Tensor input, Scalar? min = null, Scalar? max = null) => input.clamp_(min, max);

    public static Tensor clamp_(Tensor input, Tensor? min = null, Tensor? max = null) => input.clamp_(min, max);

    public static Tensor logit(Tensor input, double? eps = null) => input.logit(eps);

    public static Tensor nan_to_num(Tensor input, double nan = 0d, double? posinf = null, double? neginf = null) => input.nan_to_num(nan, posinf, neginf);

    public static Tensor nan_to_num_(Tensor input, double nan = 0d, double? posinf = null, double? neginf = null) => input.nan_to_num_(nan, posinf, neginf);

    public partial class Tensor
    {
        public Tensor abs() => Ops.Abs.Tensor(this);

        public Tensor abs_()
        {
            Ops.AbsInPlace.Call(this);
            return this;
        }

        public Tensor acos() => Ops.Acos.Tensor(this);

        public Tensor acos_()
        {
            Ops.AcosInPlace.Call(this);
            return this;
        }

        public Tensor acosh() => Ops.Acosh.Tensor(this);

        public Tensor acosh_()
        {
            Ops.AcoshInPlace.Call(this);
            return this;
        }

        public Tensor asin() => Ops.Asin.Tensor(this);

        public Tensor asin_()
        {
            Ops.AsinInPlace.Call(this);
            return this;
        }

        public Tensor asinh() => Ops.Asinh.Tensor(this);

        public Tensor asinh_()
        {
            Ops.AsinhInPlace.Call(this);
            return this;
        }

        public Tensor atan() => Ops.Atan.Tensor(this);

        public Tensor atan_()
        {
            Ops.AtanInPlace.Call(this);
            return this;
        }

        public Tensor atanh() => Ops.Atanh.Tensor(this);

        public Tensor atanh_()
        {
            Ops.AtanhInPlace.Call(this);
            return this;
        }

        public Tensor ceil() => Ops.Ceil.Tensor(this);

        public Tensor ceil_()
        {
            Ops.CeilInPlace.Call(this);
            return this;
        }

        public Tensor cos() => Ops.Cos.Tensor(this);

        public Tensor cos_()
        {
            Ops.CosInPlace.Call(this);
            return this;
        }

        public Tensor cosh() => Ops.Cosh.Tensor(this);

        public Tensor cosh_()
        {
            Ops.CoshInPlace.Call(this);
            return this;
        }

        public Tensor deg2rad() => Ops.Deg2rad.Tensor(this);

        public Tensor deg2rad_()
        {
            Ops.Deg2radInPlace.Call(this);
            return this;
        }

        public Tensor digamma() => Ops.Digamma.Tensor(this);

        public Tensor digamma_()
        {
            Ops.DigammaInPlace.Call(this);
            return this;
        }

        public Tensor erf() => Ops.Erf.Tensor(this);

        public Tensor erf_()
        {
            Ops.ErfInPlace.Call(this);
            return this;
        }

        public Tensor erfc() => Ops.Erfc.Tensor(this);

        public Tensor erfc_()
        {
            Ops.ErfcInPlace.Call(this);
            return this;
        }

        public Tensor erfinv() => Ops.Erfinv.Tensor(this);

        public Tensor erfinv_()
        {
            Ops.ErfinvInPlace.Call(this);
            return this;
        }

        public Tensor exp() => Ops.Exp.Tensor(this);

        public Tensor exp_()
        {
            Ops.ExpInPlace.Call(this);
            return this;
        }

        public Tensor exp2() => Ops.Exp2.Tensor(this);

        public Tensor exp2_()
        {
            Ops.Exp2InPlace.Call(this);
            return this;
        }

        public Tensor expm1() => Ops.Expm1.Tensor(this);

        public Tensor expm1_()
        {
            Ops.Expm1InPlace.Call(this);
            return this;
        }

        public Tensor floor() => Ops.Floor.Tensor(this);

        public Tensor floor_()
        {
            Ops.FloorInPlace.Call(this);
            return this;
        }

        public Tensor frac() => Ops.Frac.Tensor(this);

        public Tensor frac_()
        {
            Ops.FracInPlace.Call(this);
            return this;
        }

        public Tensor lgamma() => Ops.Lgamma.Tensor(this);

        public Tensor lgamma_()
        {
            Ops.LgammaInPlace.Call(this);
            return this;
        }

        public Tensor log() => Ops.Log.Tensor(this);

        public Tensor log_()
        {
            Ops.LogInPlace.Call(this);
            return this;
        }

        public Tensor log10() => Ops.Log10.Tensor(this);

        public Tensor log10_()
        {
            Ops.Log10InPlace.Call(this);
            return this;
        }

        public Tensor log1p() => Ops.Log1p.Tensor(this);

        public Tensor log1p_()
        {
            Ops.Log1pInPlace.Call(this);
            return this;
        }

        public Tensor log2() => Ops.Log2.Tensor(this);

        public Tensor log2_()
        {
            Ops.Log2InPlace.Call(this);
            return this;
        }

        public Tensor logical_not() => Ops.LogicalNot.Tensor(this);

        public Tensor logical_not_()
        {
            Ops.LogicalNotInPlace.Call(this);
            return this;
        }

        public Tensor neg() => Ops.Neg.Tensor(this);

        public Tensor neg_()
        {
            Ops.NegInPlace.Call(this);
            return this;
        }

        public Tensor rad2deg() => Ops.Rad2deg.Tensor(this);

        public Tensor rad2deg_()
        {
            Ops.Rad2degInPlace.Call(this);
            return this;
        }

        public Tensor reciprocal() => Ops.Reciprocal.Tensor(this);

        public Tensor reciprocal_()
        {
            Ops.ReciprocalInPlace.Call(this);
            return this;
        }

        public Tensor rsqrt() => Ops.Rsqrt.Tensor(this);

        public Tensor rsqrt_()
        {
            Ops.RsqrtInPlace.Call(this);
            return this;
        }

        public Tensor sgn() => Ops.Sgn.Tensor(this);

        public Tensor sgn_()
        {
            Ops.SgnInPlace.Call(this);
            return this;
        }

        public Tensor sigmoid() => Ops.Sigmoid.Tensor(this);

        public Tensor sigmoid_()
        {
            Ops.SigmoidInPlace.Call(this);
            return this;
        }

        public Tensor sign() => Ops.Sign.Tensor(this);

        public Tensor sign_()
        {
            Ops.SignInPlace.Call(this);
            return this;
        }

        public Tensor sin() => Ops.Sin.Tensor(this);

        public Tensor sin_()
        {
            Ops.SinInPlace.Call(this);
            return this;
        }

        public Tensor sinc() => Ops.Sinc.Tensor(this);

        public Tensor sinc_()
        {
            Ops.SincInPlace.Call(this);
            return this;
        }

        public Tensor sinh() => Ops.Sinh.Tensor(this);

        public Tensor sinh_()
        {
            Ops.SinhInPlace.Call(this);
            return this;
        }

        public Tensor sqrt() => Ops.Sqrt.Tensor(this);

        public Tensor sqrt_()
        {
            Ops.SqrtInPlace.Call(this);
            return this;
        }

        public Tensor tan() => Ops.Tan.Tensor(this);

        public Tensor tan_()
        {
            Ops.TanInPlace.Call(this);
            return this;
        }

        public Tensor tanh() => Ops.Tanh.Tensor(this);

        public Tensor tanh_()
        {
            Ops.TanhInPlace.Call(this);
            return this;
        }

        public Tensor trunc() => Ops.Trunc.Tensor(this);

        public Tensor trunc_()
        {
            Ops.TruncInPlace.Call(this);
            return this;
        }

        public Tensor bitwise_not() => Ops.BitwiseNot.Tensor(this);

        public Tensor bitwise_not_()
        {
            Ops.BitwiseNotInPlace.Call(this);
            return this;
        }

        public Tensor relu() => Ops.Relu.Tensor(this);

        public Tensor relu_()
        {
            Ops.ReluInPlace.Call(this);
            return this;
        }

        public Tensor relu6() => Ops.Relu6.Tensor(this);

        public Tensor relu6_()
        {
            Ops.Relu6InPlace.Call(this);
            return this;
        }

        public Tensor silu() => Ops.Silu.Tensor(this);

        public Tensor silu_()
        {
            Ops.SiluInPlace.Call(this);
            return this;
        }

        public Tensor selu() => Ops.Selu.Tensor(this);

        public Tensor selu_()
        {
            Ops.SeluInPlace.Call(this);
            return this;
        }

        public Tensor hardsigmoid() => Ops.Hardsigmoid.Tensor(this);

        public Tensor hardsigmoid_()
        {
            Ops.HardsigmoidInPlace.Call(this);
            return this;
        }

        public Tensor hardswish() => Ops.Hardswish.Tensor(this);

        public Tensor hardswish_()
        {
            Ops.HardswishInPlace.Call(this);
            return this;
        }

        public Tensor angle() => Ops.Angle.Tensor(this);

        public Tensor signbit() => Ops.Signbit.Tensor(this);

        public Tensor positive() => Ops.Positive.Tensor(this);

        public Tensor log_sigmoid() => Ops.LogSigmoid.Tensor(this);

        public Tensor isinf() => Ops.Isinf.Tensor(this);

        public Tensor isfinite() => Ops.Isfinite.Tensor(this);

        public Tensor isposinf() => Ops.Isposinf.Tensor(this);

        public Tensor isneginf() => Ops.Isneginf.Tensor(this);

        public Tensor isnan() => Ops.Isnan.Tensor(this);

        public Tensor isreal() => Ops.Isreal.Tensor(this);

        public Tensor arccosh() => acosh();

        public Tensor arcsinh() => asinh();

        public Tensor arctanh() => atanh();

        public Tensor arctan2(Tensor other) => atan2(other);

        public Tensor fix_() => trunc_();

        public Tensor arcsin_() => asin_();

        public Tensor arccos_() => acos_();

        public Tensor arctan_() => atan_();

        public Tensor float_power(Tensor target) => Ops.FloatPower_Tensor_Tensor.Tensor(this, target);

        public Tensor float_power_(Tensor target)
        {
            Ops.FloatPowerInPlace_Tensor.Call(this, target);
            return this;
        }

        public Tensor i0() => Ops.I0.Tensor(this);

        public Tensor i0_()
        {
            Ops.I0InPlace.Call(this);
            return this;
        }

        public Tensor nextafter(Tensor other) => Ops.Nextafter.Tensor(this, other);

        public Tensor nextafter_(Tensor other)
        {
            Ops.NextafterInPlace.Call(this, other);
            return this;
        }

        public (Tensor Mantissa, Tensor Exponent) frexp() => Ops.Frexp_Tensor.Tensors2(this);

        public Tensor ldexp(Tensor other) => Ops.Ldexp_Tensor.Tensor(this, other);

        public Tensor conj() => Ops.Conj.Tensor(this);

        public Tensor resolve_conj() => Ops.ResolveConj.Tensor(this);

        public Tensor gcd(Tensor other) => Ops.Gcd.Tensor(this, other);

        public Tensor gcd_(Tensor other)
        {
            Ops.GcdInPlace.Call(this, other);
            return this;
        }

        public Tensor lcm(Tensor other) => Ops.Lcm.Tensor(this, other);

        public Tensor lcm_(Tensor other)
        {
            Ops.LcmInPlace.Call(this, other);
            return this;
        }

        public Tensor threshold_(Scalar threshold, Scalar value)
        {
            Ops.ThresholdInPlace.Call(this, threshold, value);
            return this;
        }

        public Tensor logit_(double? eps = null)
        {
            Ops.LogitInPlace.Call(this, eps);
            return this;
        }

        public Tensor bitwise_left_shift(Tensor other) => Ops.BitwiseLeftShift_Tensor.Tensor(this, other);

        public Tensor bitwise_right_shift(Tensor other) => Ops.BitwiseRightShift_Tensor.Tensor(this, other);

        public Tensor absolute() => abs();

        public Tensor absolute_() => abs_();

        public Tensor arccos() => acos();

        public Tensor arcsin() => asin();

        public Tensor arctan() => atan();

        public Tensor negative() => neg();

        public Tensor fix() => trunc();

        public Tensor square() => pow(2);

        public Tensor round(long decimals = 0L) => Ops.Round_decimals.Tensor(this, decimals);

        public Tensor round_(long decimals = 0L)
        {
            Ops.RoundInPlace_decimals.Call(this, decimals);
            return this;
        }

        public Tensor gelu() => Ops.Gelu.Tensor(this);

        public Tensor gelu_()
        {
            Ops.GeluInPlace.Call(this);
            return this;
        }

        public Tensor glu(long dim = -1) => Ops.Glu.Tensor(this, dim);

        public Tensor softplus(double beta = 1, double threshold = 20) => Ops.Softplus.Tensor(this, beta, threshold);

        public Tensor leaky_relu(Scalar negative_slope) => Ops.LeakyRelu.Tensor(this, negative_slope);

        public Tensor leaky_relu_(Scalar negative_slope)
        {
            Ops.LeakyReluInPlace.Call(this, negative_slope);
            return this;
        }

        public Tensor elu(Scalar alpha, Scalar scale, Scalar input_scale) => Ops.Elu.Tensor(this, alpha, scale, input_scale);

        public Tensor elu(double alpha = 1) => elu(alpha, 1.0, 1.0);

        public Tensor celu(Scalar alpha) => Ops.Celu.Tensor(this, alpha);

        public Tensor celu() => celu(1.0);

        public Tensor hardtanh(Scalar min, Scalar max) => Ops.Hardtanh.Tensor(this, min, max);

        public Tensor hardtanh_(Scalar min, Scalar max)
        {
            Ops.HardtanhInPlace.Call(this, min, max);
            return this;
        }

        public Tensor threshold(Scalar threshold, Scalar value) => Ops.Threshold.Tensor(this, threshold, value);

        public Tensor prelu(Tensor target) => Ops.Prelu.Tensor(this, target);

        public Tensor add(Tensor target) => Ops.Add_Tensor.Tensor(this, target);

        public Tensor add_(Tensor target)
        {
            Ops.AddInPlace_Tensor.Call(this, target);
            return this;
        }

        public Tensor add(Tensor target, Scalar alpha) => Ops.Add_Tensor.Tensor(this, target, alpha);

        public Tensor add_(Tensor target, Scalar alpha)
        {
            Ops.AddInPlace_Tensor.Call(this, target, alpha);
            return this;
        }

        public Tensor add(Scalar scalar) => Ops.Add_Scalar.Tensor(this, scalar);

        public Tensor add_(Scalar scalar)
        {
            Ops.AddInPlace_Scalar.Call(this, scalar);
            return this;
        }

        public Tensor add(Scalar scalar, Scalar alpha) => Ops.Add_Scalar.Tensor(this, scalar, alpha);

        public Tensor add_(Scalar scalar, Scalar alpha)
        {
            Ops.AddInPlace_Scalar.Call(this, scalar, alpha);
            return this;
        }

        public Tensor sub(Tensor target) => Ops.Sub_Tensor.Tensor(this, target);

        public Tensor sub_(Tensor target)
        {
            Ops.SubInPlace_Tensor.Call(this, target);
            return this;
        }

        public Tensor sub(Scalar target) => Ops.Sub_Scalar.Tensor(this, target);

        public Tensor sub_(Scalar target)
        {
            Ops.SubInPlace_Scalar.Call(this, target);
            return this;
        }

        public Tensor subtract(Tensor target) => sub(target);

        public Tensor subtract(Scalar target) => sub(target);

        public Tensor subtract_(Tensor target) => sub_(target);

        public Tensor subtract_(Scalar target) => sub_(target);

        public Tensor mul(Tensor target) => Ops.Mul_Tensor.Tensor(this, target);

        public Tensor mul_(Tensor target)
        {
            Ops.MulInPlace_Tensor.Call(this, target);
            return this;
        }

        public Tensor mul(Scalar target) => Ops.Mul_Scalar.Tensor(this, target);

        public Tensor mul_(Scalar target)
        {
            Ops.MulInPlace_Scalar.Call(this, target);
            return this;
        }

        public Tensor multiply(Tensor target) => mul(target);

        public Tensor multiply(Scalar target) => mul(target);

        public Tensor addcmul(Tensor tensor1, Tensor tensor2, Scalar value) => Ops.Addcmul.Tensor(this, tensor1, tensor2, value);

        public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar value)
        {
            Ops.AddcmulInPlace.Call(this, tensor1, tensor2, value);
            return this;
        }

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2, Scalar value) => Ops.Addcdiv.Tensor(this, tensor1, tensor2, value);

        public Tensor addcdiv(Tensor tensor1, Tensor tensor2) => Ops.Addcdiv.Tensor(this, tensor1, tensor2);

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar value)
        {
            Ops.AddcdivInPlace.Call(this, tensor1, tensor2, value);
            return this;
        }

        public Tensor addcdiv_(Tensor tensor1, Tensor tensor2)
        {
            Ops.AddcdivInPlace.Call(this, tensor1, tensor2);
            return this;
        }

        public Tensor pow(Tensor exponent) => Ops.Pow_Tensor_Tensor.Tensor(this, exponent);

        public Tensor pow_(Tensor exponent)
        {
            Ops.PowInPlace_Tensor.Call(this, exponent);
            return this;
        }

        public Tensor pow(Scalar exponent) => Ops.Pow_Tensor_Scalar.Tensor(this, exponent);

        public Tensor pow_(Scalar exponent)
        {
            Ops.PowInPlace_Scalar.Call(this, exponent);
            return this;
        }

        public Tensor remainder(Tensor target) => Ops.Remainder_Tensor.Tensor(this, target);

        public Tensor remainder_(Tensor target)
        {
            Ops.RemainderInPlace_Tensor.Call(this, target);
            return this;
        }

        public Tensor remainder(Scalar scalar) => Ops.Remainder_Scalar.Tensor(this, scalar);

        public Tensor remainder_(Scalar scalar)
        {
            Ops.RemainderInPlace_Scalar.Call(this, scalar);
            return this;
        }

        public Tensor fmod(Tensor target) => Ops.Fmod_Tensor.Tensor(this, target);

        public Tensor fmod_(Tensor target)
        {
            Ops.FmodInPlace_Tensor.Call(this, target);
            return this;
        }

        public Tensor fmod(Scalar scalar) => Ops.Fmod_Scalar.Tensor(this, scalar);

        public Tensor fmod_(Scalar scalar)
        {
            Ops.FmodInPlace_Scalar.Call(this, scalar);
            return this;
        }

        public Tensor floor_divide(Tensor other) => Ops.FloorDivide.Tensor(this, other);

        public Tensor floor_divide_(Tensor other)
        {
            Ops.FloorDivideInPlace_Tensor.Call(this, other);
            return this;
        }

        public Tensor floor_divide(Scalar other) => Ops.FloorDivide_Scalar.Tensor(this, other);

        public Tensor floor_divide_(Scalar other)
        {
            Ops.FloorDivideInPlace_Scalar.Call(this, other);
            return this;
        }

        public Tensor true_divide(Tensor other) => Ops.TrueDivide_Tensor.Tensor(this, other);

        public Tensor true_divide_(Tensor other)
        {
            Ops.TrueDivideInPlace_Tensor.Call(this, other);
            return this;
        }

        public Tensor true_divide(Scalar other) => Ops.TrueDivide_Scalar.Tensor(this, other);

        public Tensor true_divide_(Scalar other)
        {
            Ops.TrueDivideInPlace_Scalar.Call(this, other);
            return this;
        }

        public Tensor atan2(Tensor other) => Ops.Atan2.Tensor(this, other);

        public Tensor atan2_(Tensor other)
        {
            Ops.Atan2InPlace.Call(this, other);
            return this;
        }

        public Tensor maximum(Tensor other) => Ops.Maximum.Tensor(this, other);

        public Tensor minimum(Tensor other) => Ops.Minimum.Tensor(this, other);

        public Tensor fmax(Tensor other) => Ops.Fmax.Tensor(this, other);

        public Tensor fmin(Tensor other) => Ops.Fmin.Tensor(this, other);

        public Tensor copysign(Tensor other) => Ops.Copysign_Tensor.Tensor(this, other);

        public Tensor copysign_(Tensor other)
        {
            Ops.CopysignInPlace_Tensor.Call(this, other);
            return this;
        }

        public Tensor heaviside(Tensor other) => Ops.Heaviside.Tensor(this, other);

        public Tensor heaviside_(Tensor other)
        {
            Ops.HeavisideInPlace.Call(this, other);
            return this;
        }

        public Tensor hypot(Tensor other) => Ops.Hypot.Tensor(this, other);

        public Tensor logaddexp(Tensor other) => Ops.Logaddexp.Tensor(this, other);

        public Tensor logaddexp2(Tensor other) => Ops.Logaddexp2.Tensor(this, other);

        public Tensor logical_and(Tensor other) => Ops.LogicalAnd.Tensor(this, other);

        public Tensor logical_and_(Tensor other)
        {
            Ops.LogicalAndInPlace.Call(this, other);
            return this;
        }

        public Tensor logical_or(Tensor other) => Ops.LogicalOr.Tensor(this, other);

        public Tensor logical_or_(Tensor other)
        {
            Ops.LogicalOrInPlace.Call(this, other);
            return this;
        }

        public Tensor logical_xor(Tensor other) => Ops.LogicalXor.Tensor(this, other);

        public Tensor logical_xor_(Tensor other)
        {
            Ops.LogicalXorInPlace.Call(this, other);
            return this;
        }

        public Tensor bitwise_and(Tensor other) => Ops.BitwiseAnd_Tensor.Tensor(this, other);

        public Tensor bitwise_and_(Tensor other)
        {
            Ops.BitwiseAndInPlace_Tensor.Call(this, other);
            return this;
        }

        public Tensor bitwise_or(Tensor other) => Ops.BitwiseOr_Tensor.Tensor(this, other);

        public Tensor bitwise_or_(Tensor other)
        {
            Ops.BitwiseOrInPlace_Tensor.Call(this, other);
            return this;
        }

        public Tensor bitwise_xor(Tensor other) => Ops.BitwiseXor_Tensor.Tensor(this, other);

        public Tensor bitwise_xor_(Tensor other)
        {
            Ops.BitwiseXorInPlace_Tensor.Call(this, other);
            return this;
        }

        public Tensor xlogy(Tensor y) => Ops.Xlogy_Tensor.Tensor(this, y);

        public Tensor xlogy_(Tensor y)
        {
            Ops.XlogyInPlace_Tensor.Call(this, y);
            return this;
        }

        public Tensor xlogy(Scalar y) => Ops.Xlogy_Scalar_Other.Tensor(this, y);

        public Tensor xlogy_(Scalar y)
        {
            Ops.XlogyInPlace_Scalar_Other.Call(this, y);
            return this;
        }

        public Tensor lerp(Tensor end, Tensor weight) => Ops.Lerp_Tensor.Tensor(this, end, weight);

        public Tensor lerp_(Tensor end, Tensor weight)
        {
            Ops.LerpInPlace_Tensor.Call(this, end, weight);
            return this;
        }

        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Ops.Clamp.Tensor(this, min, max);

        public Tensor clamp(Tensor? min = null, Tensor? max = null) => Ops.Clamp_Tensor.Tensor(this, min, max);

        public Tensor clip(Scalar? min = null, Scalar? max = null) => clamp(min, max);

        public Tensor clamp_(Scalar? min = null, Scalar? max = null)
        {
            Ops.ClampInPlace.Call(this, min, max);
            return this;
        }

        public Tensor clamp_(Tensor? min = null, Tensor? max = null)
        {
            Ops.ClampInPlace_Tensor.Call(this, min, max);
            return this;
        }

        public Tensor clamp_max(Scalar max) => Ops.ClampMax.Tensor(this, max);

        public Tensor clamp_max_(Scalar max)
        {
            Ops.ClampMaxInPlace.Call(this, max);
            return this;
        }

        public Tensor clamp_min(Scalar min) => Ops.ClampMin.Tensor(this, min);

        public Tensor clamp_min_(Scalar min)
        {
            Ops.ClampMinInPlace.Call(this, min);
            return this;
        }

        public Tensor logit(double? eps = null) => Ops.Logit.Tensor(this, eps);

        public Tensor nan_to_num(double nan = 0d, double? posinf = null, double? neginf = null) => Ops.NanToNum.Tensor(this, nan, posinf, neginf);

        public Tensor nan_to_num_(double nan = 0d, double? posinf = null, double? neginf = null)
        {
            Ops.NanToNumInPlace.Call(this, nan, posinf, neginf);
            return this;
        }
    }
}
